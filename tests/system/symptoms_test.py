"""docs/symptoms.md, row by row, with the real simulator and the real commands."""

import signal
import unittest

import raw_esme
import support
from symptoms_case import Case


class Connecting(Case):
    def test_a_firewall_that_drops(self):
        self.play()

    def test_a_firewall_that_refuses(self):
        self.play()

    def test_a_wrong_port(self):
        self.play()

    def test_a_wrong_port_that_is_dropped(self):
        self.play()

    def test_a_name_that_does_not_resolve(self):
        self.play()


class Tls(Case):
    def test_a_client_without_the_version(self):
        openssl = self.write("openssl.cnf", "openssl_conf = init\n[init]\nssl_conf = ssl\n"
                             "[ssl]\nsystem_default = limits\n[limits]\nMaxProtocol = TLSv1.2\n")
        self.play(env={"OPENSSL_CONF": openssl})

    def test_a_server_without_the_version(self):
        self.play()

    def test_it_was_never_switched_on(self):
        self.play()

    def test_a_proxy_that_takes_it_off(self):
        self.play()

    def test_a_proxy_that_opens_it(self):
        self.play()

    def test_a_proxy_that_hangs_up(self):
        self.play()


class Binding(Case):
    def test_a_wrong_system_id(self):
        self.play()

    def test_a_wrong_password(self):
        self.play()

    def test_a_wrong_login(self):
        self.play()

    def test_a_system_type(self):
        self.play()

    def test_an_address_that_is_not_listed(self):
        self.play()

    def test_too_many_binds(self):
        self.set_up()
        self.program()
        self.run_commands()


class Senders(Case):
    def test_one_that_is_not_approved(self):
        self.play()

    def test_letters_typed_as_a_number(self):
        self.play()

    def test_a_number_typed_as_letters(self):
        self.play()


class Throttling(Case):
    def setUp(self):
        super().setUp()
        self.campaign([(number, "hello") for number in support.numbers(60)])

    def test_rate_above_the_contract(self):
        self.play()

    def test_a_campaign_finds_its_rate(self):
        self.play()

    def test_several_binds_share_one_rate(self):
        self.play()
        self.assertEqual({answer["status"] for answer in self.ledger()}, {0})


class Receipts(Case):
    def test_not_asked_for(self):
        self.play()

    def test_a_transmitter(self):
        self.play()

    def test_a_program_that_does_not_read(self):
        self.set_up()
        self.program()
        self.run_commands()

    def test_not_acknowledged(self):
        self.set_up()
        program = self.program()
        program.submit()
        program.read(), program.read()  # its answer and its receipt, in either order
        support.wait_until(lambda: not self.gets_a_receipt(program), "receipts that stop")
        program.write_capture(self.path("capture.pcap"))
        self.run_commands()

    def gets_a_receipt(self, program):
        program.submit()
        program.send(raw_esme.ENQUIRE_LINK)
        commands = {program.read().command}
        while raw_esme.ENQUIRE_LINK | raw_esme.RESPONSE not in commands:
            commands.add(program.read().command)
        return raw_esme.DELIVER_SM in commands

    def test_a_number_that_is_not_routed(self):
        self.play()

    def test_acknowledged_too_late(self):
        self.set_up()
        program = self.program()
        program.submit()
        bodies = [program.read().body for _ in range(3)]
        self.assertEqual(len(set(bodies)), 2, "one receipt, twice, and an answer")
        program.close()
        self.run_commands()

    def test_twice(self):
        self.play()


class Dropping(Case):
    def test_when_idle(self):
        self.play()

    def test_connects_again(self):
        self.campaign([(number, "hello") for number in support.numbers(60)])
        self.play()

    def test_what_the_provider_needs(self):
        self.play()


class Outbound(Case):
    def test_connect_error_110(self):
        self.play()

    def test_connect_error_111(self):
        self.play()

    def test_login_error_13(self):
        self.play()

    def test_login_error_14(self):
        self.play()

    def test_login_error_15(self):
        self.play()

    def test_right_credentials_from_a_wrong_address(self):
        self.play()

    def test_the_pdus_of_a_login(self):
        self.play()

    def test_instances_in_one_log(self):
        self.campaign([(number, "hello") for number in support.numbers(60)])
        self.play()

    def test_the_version_that_was_agreed(self):
        self.play()


class Inbound(Case):
    def test_a_client_that_goes_elsewhere(self):
        self.play()

    def test_a_firewall_on_the_way(self):
        self.play()

    def test_a_list_without_the_client(self):
        self.play()

    def test_one_status_for_every_refusal(self):
        self.play()


class AlreadyBound(Case):
    def test_a_second_bind_on_one_session(self):
        self.set_up()
        program = self.program()
        answer = program.bind(support.PASSWORD)
        self.assertEqual(self.row.commands[0][0][-1], f"{answer.status:#04x}")
        self.run_commands()

    def test_a_session_that_died(self):
        self.set_up()
        self.program().close()
        self.run_commands()

    def test_another_instance(self):
        self.set_up()
        self.program()
        self.run_commands()

    def test_the_limit_of_the_account(self):
        self.play()

    def test_an_unbind_without_an_answer(self):
        self.play()

    def test_a_dead_session_that_nobody_notices(self):
        self.play()

    def test_it_stays_so(self):
        self.set_up()
        self.program().close()
        self.run_commands()

    def test_the_logs_of_a_session(self):
        self.play()

    def test_the_number_of_the_guides(self):
        self.play()


class Retries(Case):
    def test_most_statuses_are_temporary(self):
        self.play()

    def test_an_invalid_destination(self):
        self.play()

    def test_an_invalid_source(self):
        self.play()

    def test_a_receiver_that_rejects(self):
        self.play()

    def test_throttling_is_worth_more_attempts(self):
        self.play()

    def test_a_full_queue_is_worth_more_attempts(self):
        self.play()

    def test_an_age_ends_it(self):
        self.play()

    def test_attempts_end_it(self):
        self.play()

    def test_a_status_of_the_provider(self):
        self.play()

    def test_a_number_that_may_be_meant_twice(self):
        self.play()

    def test_the_waits(self):
        self.play()

    def test_a_queue_that_is_never_free(self):
        self.play()

    def test_a_full_queue_made_permanent(self):
        self.play()

    def test_a_queue_that_drains(self):
        self.campaign([(number, "hello") for number in support.numbers(20)])
        self.play()

    def test_settings_of_a_run_that_goes_on(self):
        self.set_up()
        send = self.start_next()
        support.wait_until(self.ledger_lines, "a refusal")
        with open(self.path("account.toml"), "a", encoding="utf-8") as file:
            file.write("retry.reject = [0x08]\n")
        send.signal(signal.SIGHUP)
        send.wait()
        self.check(send)

    def test_short_numbers(self):
        self.campaign([("491700000001", "hello"), ("123", "hello"), ("12345", "hello")])
        self.play()

    def test_all_statuses_permanent(self):
        self.play()

    def test_all_statuses_and_the_special_two(self):
        self.play()


if __name__ == "__main__":
    unittest.main()
