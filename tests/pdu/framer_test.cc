#include "pdu/framer.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "pdu/encode.h"
#include "tests/support/golden_pdus.h"
#include "tests/support/octets.h"
#include "tests/support/random_pdu.h"
#include "tests/support/segmenting.h"

namespace salvo::pdu {
namespace {

using test::ExactCopy;
using test::ExpectSameWhateverTheCut;
using test::Hex;
using test::ToHex;
using test::Transcript;

// A framer that writes down each PDU, and at the end of its stream why it stopped.
class Recorder {
 public:
  Recorder(size_t carry_octets, Transcript* out)
      : carry_(carry_octets), framer_(carry_), out_(out) {}

  void Consume(Octets slice) {
    if (broken_) return;
    framer_.Feed(slice);
    Octets pdu;
    FrameResult result = framer_.Next(&pdu);
    for (; result == FrameResult::kPdu; result = framer_.Next(&pdu)) {
      out_->push_back(ToHex(pdu));
    }
    if (result == FrameResult::kBroken) {
      broken_ = true;
      out_->push_back(std::string(Describe(framer_.error())));
    }
  }

 private:
  std::vector<uint8_t> carry_;
  Framer framer_;
  Transcript* out_;
  bool broken_ = false;
};

auto RecorderOf(size_t carry_octets) {
  return [=](Transcript* out) -> test::Consumer {
    auto recorder = std::make_shared<Recorder>(carry_octets, out);
    return [recorder](Octets slice) { recorder->Consume(slice); };
  };
}

// The transcript of a stream, which must not depend on where the stream is cut.
Transcript Frame(Octets stream, size_t carry_octets = 1024) {
  test::Random random(test::TestSeed());
  return ExpectSameWhateverTheCut(stream, random, RecorderOf(carry_octets));
}

constexpr std::string_view kEnquireLink = "00000010 00000015 00000000 00000001";
constexpr std::string_view kSubmitResp = "00000015 80000004 00000000 00000002 '9F3A' 00";

std::vector<uint8_t> Stream(std::string_view first, std::string_view second = {}) {
  return Hex(std::string(first) + std::string(second));
}

TEST(Framer, FindsThePdusOfAStream) {
  EXPECT_EQ(Frame(Stream(kSubmitResp, kEnquireLink)),
            (Transcript{ToHex(Hex(kSubmitResp)), ToHex(Hex(kEnquireLink))}));
}

TEST(Framer, FindsEveryGoldenPduInOneStream) {
  std::vector<uint8_t> stream;
  Transcript pdus;
  for (const test::GoldenPdu& golden : test::GoldenPdus()) {
    stream.insert(stream.end(), golden.octets.begin(), golden.octets.end());
    pdus.push_back(ToHex(golden.octets));
  }
  EXPECT_EQ(Frame(stream), pdus);
}

TEST(Framer, FindsRandomPdusWhateverTheirSize) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  test::RandomPdus maker(&random, {.largest_tlv = 300});
  std::vector<uint8_t> out(maker.LargestPdu());
  for (int round = 0; round < 10; ++round) {
    std::vector<uint8_t> stream;
    Transcript pdus;
    for (int i = 0; i < 8; ++i) {
      const size_t octets = Encode(maker.Next(), out).octets;
      stream.insert(stream.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(octets));
      pdus.push_back(ToHex(Octets(out).first(octets)));
    }
    ASSERT_EQ(Frame(stream, out.size()), pdus);
  }
}

TEST(Framer, FindsNothingInNothing) { EXPECT_EQ(Frame({}), Transcript{}); }

TEST(Framer, WaitsForTheRestOfAPdu) {
  const std::vector<uint8_t> whole = Hex(kSubmitResp);
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(Frame(Octets(whole).first(size)), Transcript{}) << size;
  }
}

struct Length {
  const char* name;
  uint32_t octets;
  FrameError error;
};

class FramerLength : public testing::TestWithParam<Length> {};

constexpr size_t kLimit = 64;

INSTANTIATE_TEST_SUITE_P(
    Framer, FramerLength,
    testing::Values(Length{"Zero", 0, FrameError::kLengthTooSmall},
                    Length{"One", 1, FrameError::kLengthTooSmall},
                    Length{"OneBelowTheHeader", 15, FrameError::kLengthTooSmall},
                    Length{"TheHeader", 16, FrameError::kNone},
                    Length{"TheLimit", kLimit, FrameError::kNone},
                    Length{"OneAboveTheLimit", kLimit + 1, FrameError::kLengthTooLarge},
                    Length{"TheLargestSigned", 0x7FFFFFFF, FrameError::kLengthTooLarge},
                    Length{"TheLargest", 0xFFFFFFFF, FrameError::kLengthTooLarge}),
    [](const auto& length) { return std::string(length.param.name); });

TEST_P(FramerLength, IsJudgedByTheFirstFourOctets) {
  std::vector<uint8_t> stream(kLimit);
  Store32(stream.data(), GetParam().octets);
  const Transcript expected = GetParam().error == FrameError::kNone
                                  ? Transcript{ToHex(Octets(stream).first(GetParam().octets))}
                                  : Transcript{std::string(Describe(GetParam().error))};
  const size_t enough = GetParam().error == FrameError::kNone ? GetParam().octets : 4;
  EXPECT_EQ(Frame(Octets(stream).first(enough), kLimit), expected);
}

TEST(Framer, GivesOutWhatComesBeforeABrokenLength) {
  EXPECT_EQ(Frame(Stream(kEnquireLink, "0000000F 00000015")),
            (Transcript{ToHex(Hex(kEnquireLink)), "command_length is below 16"}));
}

TEST(Framer, StaysBroken) {
  std::vector<uint8_t> carry(64);
  Framer framer(carry);
  Octets pdu;
  const std::vector<uint8_t> broken = Hex("0000000F");
  framer.Feed(broken);
  ASSERT_EQ(framer.Next(&pdu), FrameResult::kBroken);
  EXPECT_EQ(framer.Next(&pdu), FrameResult::kBroken);
  const std::vector<uint8_t> stream = Hex(kEnquireLink);
  framer.Feed(stream);
  EXPECT_EQ(framer.Next(&pdu), FrameResult::kBroken);
}

TEST(Framer, GivesOutWholePdusInPlace) {
  std::vector<uint8_t> carry(64);
  Framer framer(carry);
  const std::vector<uint8_t> stream = Stream(kSubmitResp, kEnquireLink);
  framer.Feed(stream);
  Octets pdu;
  ASSERT_EQ(framer.Next(&pdu), FrameResult::kPdu);
  EXPECT_EQ(pdu.data(), stream.data());
  ASSERT_EQ(framer.Next(&pdu), FrameResult::kPdu);
  EXPECT_EQ(pdu.data(), stream.data() + 21);
  EXPECT_EQ(framer.Next(&pdu), FrameResult::kNeedMore);
}

struct Stranger {
  const char* name;
  const char* greeting;
  FrameError error;
};

class FramerStranger : public testing::TestWithParam<Stranger> {};

INSTANTIATE_TEST_SUITE_P(
    Framer, FramerStranger,
    testing::Values(Stranger{"HttpAnswer", "'HTTP/1.1 400'", FrameError::kHttp},
                    Stranger{"HttpGet", "'GET / HTTP'", FrameError::kHttp},
                    Stranger{"HttpPost", "'POST /sms'", FrameError::kHttp},
                    Stranger{"HttpHead", "'HEAD / HTTP'", FrameError::kHttp},
                    Stranger{"HttpPut", "'PUT /sms'", FrameError::kHttp},
                    Stranger{"TlsAlert", "15 03 01 0002 0246", FrameError::kTls},
                    Stranger{"TlsHandshake", "16 03 03 0050 02", FrameError::kTls},
                    Stranger{"TlsData", "17 03 03 0050 02", FrameError::kTls},
                    Stranger{"Amqp", "'AMQP' 00 00 09 01", FrameError::kAmqp},
                    Stranger{"Ssh", "'SSH-2.0-OpenSSH'", FrameError::kSsh}),
    [](const auto& stranger) { return std::string(stranger.param.name); });

TEST_P(FramerStranger, IsRecognisedByItsFirstOctets) {
  const std::vector<uint8_t> greeting = Hex(GetParam().greeting);
  EXPECT_EQ(Frame(greeting), Transcript{std::string(Describe(GetParam().error))});
}

TEST(Framer, DoesNotTakeEveryLargeLengthForTls) {
  for (std::string_view hex : {"14030300", "18030300", "16020300", "16040300"}) {
    EXPECT_TRUE(Frame(Hex(hex)).front().starts_with("command_length is above the limit")) << hex;
  }
}

TEST(Framer, SaysEachErrorInWords) {
  for (FrameError error :
       {FrameError::kNone, FrameError::kLengthTooSmall, FrameError::kLengthTooLarge,
        FrameError::kHttp, FrameError::kTls, FrameError::kAmqp, FrameError::kSsh}) {
    EXPECT_NE(Describe(error), "");
  }
  EXPECT_EQ(Describe(static_cast<FrameError>(200)), "");
}

}  // namespace
}  // namespace salvo::pdu
