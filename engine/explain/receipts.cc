#include "engine/explain/tables.h"

namespace salvo::engine {
namespace {

constexpr Explanation State(uint32_t number, std::string_view name, std::string_view title,
                            std::string_view meaning, Texts causes, Texts actions,
                            std::string_view also, std::string_view mix_up = "") {
  return {
      Topic::kReceiptState, number, number, name, also, title, meaning, causes, actions, mix_up};
}

constexpr Explanation kStates[] = {
    State(0, "SCHEDULED", "waits for its time", "The message is kept until it is to be sent.",
          {"schedule_delivery_time was set"}, {"wait"}, "scheduled"),
    State(1, "ENROUTE", "on its way", "The SMSC has it and is trying.",
          {"the subscriber is switched off or out of reach", "the network is busy"},
          {"wait for the final receipt, until validity_period is over"},
          "enroute buffred bufferd buffered intermediate"),
    State(2, "DELIVERED", "delivered", "The phone has taken the message.", {"nothing is wrong"},
          {"nothing to do; if people say otherwise, ask the provider what its receipts mean"},
          "delivrd delivered",
          "Some cheap routes say it as soon as they hand the message on, or make it up."),
    State(3, "EXPIRED", "given up when its time was over",
          "The phone could not be reached until validity_period or the SMSC's limit was over.",
          {"switched off, out of coverage, a full memory", "a validity that is too short"},
          {"send again later", "take numbers that expire again and again out of the list"},
          "expired"),
    State(4, "DELETED", "deleted", "The message was cancelled, or removed at the SMSC.",
          {"a cancel_sm", "somebody at the provider emptied a queue"}, {"ask who did"}, "deleted"),
    State(5, "UNDELIVERABLE", "cannot be delivered",
          "The network says that this message will not arrive.",
          {"the number does not exist, or not any more", "the phone or its contract takes no SMS",
           "the network or the subscriber blocks the sender"},
          {"look at the number behind err: salvo explain err NUMBER",
           "take the number out of the list"},
          "undeliv undelivered undeliverable"),
    State(6, "ACCEPTED", "accepted somewhere further on",
          "Another SMSC, a person or an application has taken it for the subscriber.",
          {"the last receipt of networks that tell no more", "a step on the way elsewhere"},
          {"ask the provider whether it is its last word"}, "acceptd accepted acked",
          "It does not say that a phone has the message."),
    State(7, "UNKNOWN", "nobody knows", "The SMSC cannot tell what became of the message.",
          {"a network that gives no receipts", "a message that was forgotten"},
          {"take it as not delivered, or ask the provider"}, "unknown"),
    State(8, "REJECTED", "rejected",
          "The SMSC or the network refused the message after it had been accepted.",
          {"a filter on the text or the sender", "no credit, or no route at the moment of sending",
           "an unregistered sender or template"},
          {"look at err, and ask the provider for its list"}, "rejectd rejected"),
    State(9, "SKIPPED", "skipped", "The SMSC left the message out on purpose.",
          {"a rule of the provider for certain numbers or times"}, {"ask which"}, "skipped"),
};

constexpr Explanation Network(uint32_t first, uint32_t last, std::string_view name,
                              std::string_view title, std::string_view meaning, Texts causes,
                              Texts actions, std::string_view also = "") {
  return {Topic::kNetworkError,
          first,
          last,
          name,
          also,
          title,
          meaning,
          causes,
          actions,
          "Providers number err as they like: its own list goes before this one."};
}

constexpr Explanation Network(uint32_t number, std::string_view name, std::string_view title,
                              std::string_view meaning, Texts causes, Texts actions,
                              std::string_view also = "") {
  return Network(number, number, name, title, meaning, causes, actions, also);
}

// The numbers of the mobile application part, which most lists of providers begin with.
constexpr Explanation kNetworkErrors[] = {
    Network(0, "noError", "no error", "The network has nothing to complain of.",
            {"a delivered message, or an error that was not passed on"}, {"go by stat"}),
    Network(1, "unknownSubscriber", "unknown subscriber",
            "The home network does not know the number.",
            {"it was never given out, or given back", "ported, and the route does not know it"},
            {"take the number out of the list"}),
    Network(5, "unidentifiedSubscriber", "unidentified subscriber",
            "The visited network does not know whom it is for.",
            {"an outdated location", "a fraud filter"}, {"send again later, once"}),
    Network(6, "absentSubscriberSM", "absent: no answer to the page",
            "The phone is known to be switched off or out of reach for short messages.",
            {"switched off, no coverage, roaming"},
            {"wait: the SMSC tries until the validity is over"}, "absent subscriber"),
    Network(8, "roamingNotAllowed", "roaming is not allowed",
            "The subscriber is in a network where the contract does not reach.",
            {"a journey abroad without roaming"}, {"send again in some days"}),
    Network(9, "illegalSubscriber", "illegal subscriber",
            "The network could not authenticate the subscriber.", {"a copied or blocked SIM"},
            {"stop sending to it"}),
    Network(10, "bearerServiceNotProvisioned", "the bearer is not provided",
            "The contract lacks the way the message was to be carried.", {"a data-only SIM"},
            {"drop this number"}),
    Network(11, "teleserviceNotProvisioned", "no SMS in the contract",
            "The subscriber has no short message service.",
            {"a SIM for machines, or SMS switched off by its owner"}, {"drop the number"}),
    Network(12, "illegalEquipment", "illegal equipment", "The phone is barred.",
            {"a stolen phone on a black list"}, {"nothing helps until the phone is changed"}),
    Network(
        13, "callBarred", "barred", "The subscriber or the operator has barred messages.",
        {"an unpaid contract", "a do-not-disturb register", "barring of messages from services"},
        {"respect it and drop the number"}, "dnd blacklist"),
    Network(21, "facilityNotSupported", "facility not supported",
            "The network or the phone lacks a facility the message needs.",
            {"an old phone and a binary message", "an agreement that is missing between networks"},
            {"send plain text"}),
    Network(27, "absentSubscriber", "absent subscriber", "The phone cannot be reached.",
            {"switched off or out of coverage"},
            {"wait for the retries of the SMSC, or lengthen validity"}, "switched off"),
    Network(28, "incompatibleTerminal", "incompatible terminal",
            "The phone cannot show this kind of message.", {"a header or an alphabet it lacks"},
            {"send text in GSM 7-bit or UCS-2"}),
    Network(31, "subscriberBusyForMTSMS", "busy with another message",
            "The phone is receiving something else at the moment.",
            {"several messages for one number at once"}, {"nothing: the SMSC tries again"}),
    Network(32, "smDeliveryFailure", "the phone did not take it",
            "The phone answered with a failure.",
            {"its memory is full", "it does not understand the message"},
            {"send again later", "look whether binary or flash was asked for"},
            "memory capacity exceeded full"),
    Network(33, "messageWaitingListFull", "the waiting list is full",
            "The home network has no room for one more waiting message of this subscriber.",
            {"too many senders to a phone that is off"}, {"try on another day"}),
    Network(34, "systemFailure", "a failure in the network", "A fault in a network on the way.",
            {"an overload, a missing agreement, a firewall for signalling"},
            {"send again; if all numbers of one network do it, tell the provider"}),
    Network(35, "dataMissing", "data are missing",
            "A network element missed a part of the request.", {"a fault between two networks"},
            {"tell the provider, with an example"}),
    Network(36, "unexpectedDataValue", "an unexpected value",
            "A network element did not understand a value.",
            {"a sender ID that the network forbids", "an odd data_coding or protocol_id"},
            {"try a plain sender and plain text"}),
    Network(37, 999, "providersOwn", "a number of the provider's own",
            "Above the numbers that GSM networks share, each provider has its own.",
            {"content filters, credit, blocked senders, missing templates, limits"},
            {"look it up in the provider's list"}, "unknown err"),
};

}  // namespace

std::span<const Explanation> ReceiptStateExplanations() { return kStates; }
std::span<const Explanation> NetworkErrorExplanations() { return kNetworkErrors; }

}  // namespace salvo::engine
