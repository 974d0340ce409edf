// range() and the functions that compare points and ranges (DMN 1.5 §10.3.4.11).

#include <gtest/gtest.h>

#include "feel/test_environment.h"

namespace dandang::feel {
namespace {

struct Case {
  const char* text;
  const char* expected;
};

void check(const std::vector<Case>& cases) {
  TestEnvironment environment;
  for (const Case& c : cases) EXPECT_EQ(environment.evaluate(c.text), c.expected) << c.text;
}

TEST(RangeFunctions, ReadRanges) {
  check({
      {"range(\"[1..5]\")", "[1..5]"},
      {"range(\"(1..5)\")", "(1..5)"},
      {"range(\"]1..5[\")", "(1..5)"},
      {"range(\" [ 1.5 .. 5 ) \")", "[1.5..5)"},
      {"range(\"[-5..-1]\")", "[-5..-1]"},
      {"range(\"[\\\"a\\\"..\\\"c..d\\\"]\")", "[\"a\"..\"c..d\"]"},
      {"range(\"[@\\\"2024-01-01\\\"..@\\\"2024-02-01\\\"]\")", "[2024-01-01..2024-02-01]"},
      {"range(\"[date(\\\"2024-01-01\\\")..date(2024, 2, 1))\")", "[2024-01-01..2024-02-01)"},
      {"range(\"[duration(\\\"P1D\\\")..duration(\\\"P2D\\\")]\")", "[P1D..P2D]"},
      {"range(\"[1..)\")", "[1..null)"},
      {"range(\"(..5]\")", "(null..5]"},
      {"range(\"(..)\")", "null"},
      {"range(\"[..5]\")", "null"},
      {"range(\"[5..1]\")", "null"},
      {"range(\"[1..1]\")", "[1..1]"},
      {"range(\"[1..\\\"a\\\"]\")", "null"},
      {"range(\"[1+1..5]\")", "null"},
      {"range(\"[today()..5]\")", "null"},
      {"range(\"1..5\")", "null"},
      {"range(\"\")", "null"},
      {"range(\"....\")", "null"},
      {"range(\"[..\")", "null"},
      {"range(\"[true..false]\")", "null"},
      {"range([1..5])", "null"},
      {"range(null)", "null"},
      {"range(from: \"[1..5]\") = [1..5]", "true"},
      {"3 in range(\"[1..5]\")", "true"},
  });
}

TEST(RangeFunctions, AnswerProperties) {
  check({
      {"[1..5).start", "1"},
      {"[1..5).end included", "false"},
      {"(< 5).start", "null"},
      {"(< 5).start included", "false"},
      {"(<= 5).end", "5"},
      {"(<= 5).end included", "true"},
      {"(>= 5).start included", "true"},
      {"(= 5).start", "5"},
      {"(= 5).end", "5"},
      {"(= 5).end included", "true"},
      {"[1..5].size", "null"},
  });
}

TEST(RangeFunctions, BeforeAndAfter) {
  check({
      {"before(1, 10)", "true"},
      {"before(10, 1)", "false"},
      {"before(1, 1)", "false"},
      {"before(1, [1..10])", "false"},
      {"before(1, (1..10])", "true"},
      {"before(1, [5..10])", "true"},
      {"before([1..10], 10)", "false"},
      {"before([1..10), 10)", "true"},
      {"before([1..10], 15)", "true"},
      {"before([1..10], [15..20])", "true"},
      {"before([1..10], [10..20])", "false"},
      {"before([1..10), [10..20])", "true"},
      {"before([1..10], (10..20])", "true"},
      {"before(@\"2024-01-01\", @\"2024-01-02\")", "true"},
      {"before(\"a\", [\"b\"..\"c\"])", "true"},
      {"before(1, \"a\")", "null"},
      {"before(1, [\"a\"..\"b\"])", "null"},
      {"before(null, 1)", "null"},
      {"before(true, false)", "null"},
      {"before([1], 2)", "true"},
      {"before(1)", "null"},
      {"before(point1: 1, point2: 10)", "true"},
      {"before(point: 1, range: [5..10])", "true"},
      {"before(range: [1..5], point: 10)", "true"},
      {"before(range1: [1..5], range2: [6..10])", "true"},
      {"before(range2: [1..5], range1: [6..10])", "false"},
      {"before(first: 1, second: 2)", "null"},
      {"before((< 5), 5)", "true"},
      {"before((<= 5), 5)", "false"},
      {"before(1, (> 5))", "true"},
      {"before((< 5), (> 5))", "true"},
      {"before((> 5), 1)", "false"},
      {"after(10, 5)", "true"},
      {"after(5, 10)", "false"},
      {"after(12, [1..10])", "true"},
      {"after(10, [1..10))", "true"},
      {"after(10, [1..10])", "false"},
      {"after([11..20], 12)", "false"},
      {"after([11..20], 10)", "true"},
      {"after((11..20], 11)", "true"},
      {"after([11..20], [1..10])", "true"},
      {"after([11..20], [1..11))", "true"},
      {"after([11..20], [1..11])", "false"},
      {"after(point: 12, range: [1..10])", "true"},
  });
}

TEST(RangeFunctions, MeetingAndOverlapping) {
  check({
      {"meets([1..5], [5..10])", "true"},
      {"meets([1..5), [5..10])", "false"},
      {"meets([1..5], (5..10])", "false"},
      {"meets([1..5], [6..10])", "false"},
      {"meets(1, [1..10])", "null"},
      {"met by([5..10], [1..5])", "true"},
      {"met by([5..10], [1..5))", "false"},
      {"met by((5..10], [1..5])", "false"},
      {"overlaps([1..5], [3..8])", "true"},
      {"overlaps([3..8], [1..5])", "true"},
      {"overlaps([1..8], [3..5])", "true"},
      {"overlaps([1..5], [6..8])", "false"},
      {"overlaps([1..5], [5..8])", "true"},
      {"overlaps([1..5], (5..8])", "false"},
      {"overlaps([1..5), [5..8])", "false"},
      {"overlaps([5..8], [1..5))", "false"},
      {"overlaps((< 5), (> 3))", "true"},
      {"overlaps((< 5), (> 5))", "false"},
      {"overlaps before([1..5], [3..8])", "true"},
      {"overlaps before([1..5], [6..8])", "false"},
      {"overlaps before([1..5], [5..8])", "true"},
      {"overlaps before([1..5], (5..8])", "false"},
      {"overlaps before([1..5), (1..5])", "true"},
      {"overlaps before([1..5], (1..5])", "true"},
      {"overlaps before([1..5], [1..5])", "false"},
      {"overlaps before([1..5), [1..5])", "false"},
      {"overlaps after([3..8], [1..5])", "true"},
      {"overlaps after([6..8], [1..5])", "false"},
      {"overlaps after([5..8], [1..5])", "true"},
      {"overlaps after((5..8], [1..5])", "false"},
      {"overlaps after((1..5], [1..5))", "true"},
      {"overlaps after((1..5], [1..5])", "true"},
      {"overlaps after(range1: [3..8], range2: [1..5])", "true"},
  });
}

TEST(RangeFunctions, OneInsideTheOther) {
  check({
      {"finishes(10, [1..10])", "true"},
      {"finishes(10, [1..10))", "false"},
      {"finishes([5..10], [1..10])", "true"},
      {"finishes([5..10), [1..10])", "false"},
      {"finishes([5..10), [1..10))", "true"},
      {"finishes([1..10], [1..10])", "true"},
      {"finishes((1..10], [1..10])", "true"},
      {"finishes([1..10], (1..10])", "false"},
      {"finishes([1..10], 10)", "null"},
      {"finishes(point: 10, range: [1..10])", "true"},
      {"finished by([1..10], 10)", "true"},
      {"finished by([1..10), 10)", "false"},
      {"finished by([1..10], [5..10])", "true"},
      {"finished by([1..10], [5..10))", "false"},
      {"finished by([1..10], (1..10])", "true"},
      {"finished by((1..10], [1..10])", "false"},
      {"includes([1..10], 5)", "true"},
      {"includes([1..10], 12)", "false"},
      {"includes([1..10], 10)", "true"},
      {"includes([1..10), 10)", "false"},
      {"includes((1..10], 1)", "false"},
      {"includes([1..10], [4..6])", "true"},
      {"includes([1..10], [1..5])", "true"},
      {"includes((1..10], (1..5])", "true"},
      {"includes((1..10], [1..5])", "false"},
      {"includes([1..10), [5..10])", "false"},
      {"includes([1..10], [1..10])", "true"},
      {"includes(5, [1..10])", "null"},
      {"includes((> 1), 5)", "true"},
      {"includes((> 1), [5..8])", "true"},
      {"includes((> 1), (< 8))", "false"},
      {"during(5, [1..10])", "true"},
      {"during(10, [1..10))", "false"},
      {"during([4..6], [1..10])", "true"},
      {"during([1..5], (1..10])", "false"},
      {"starts(1, [1..10])", "true"},
      {"starts(1, (1..10])", "false"},
      {"starts(2, [1..10])", "false"},
      {"starts([1..5], [1..10])", "true"},
      {"starts((1..5], (1..10])", "true"},
      {"starts((1..5], [1..10])", "false"},
      {"starts([1..10], [1..10])", "true"},
      {"starts([1..10), [1..10])", "true"},
      {"starts([1..10], [1..10))", "false"},
      {"started by([1..10], 1)", "true"},
      {"started by((1..10], 1)", "false"},
      {"started by([1..10], [1..5])", "true"},
      {"started by([1..10], [1..10))", "true"},
      {"started by([1..10), [1..10])", "false"},
      {"coincides(5, 5)", "true"},
      {"coincides(3, 4)", "false"},
      {"coincides([1..5], [1..5])", "true"},
      {"coincides((1..5), [1..5])", "false"},
      {"coincides([1..5], [2..6])", "false"},
      {"coincides(1, [1..1])", "null"},
      {"coincides((< 5), (< 5))", "true"},
      {"coincides((= 5), [5..5])", "true"},
      {"coincides((!= 5), (!= 5))", "null"},
  });
}

}  // namespace
}  // namespace dandang::feel
