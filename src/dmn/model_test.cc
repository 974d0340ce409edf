#include "dmn/model.h"

#include <gtest/gtest.h>

#include "dmn/model_evaluator.h"
#include "dmn/model_reader.h"
#include "feel/test_environment.h"

namespace dandang::dmn {
namespace {

using feel::Value;

// A file with these elements in it, on lines of their own from the second on.
ModelText file(const std::string& content, const std::string& name = "m.dmn") {
  return {name,
          "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' namespace='urn:" +
              name + "' name='m'>\n" + content + "</definitions>"};
}

std::string literal(const std::string& formula) {
  return "<literalExpression><text>" + formula + "</text></literalExpression>";
}

std::string decision(const std::string& name, const std::string& formula,
                     const std::vector<std::string>& requires_decisions = {}) {
  std::string out = "<decision id='" + name + "' name='" + name + "'>";
  for (const std::string& required : requires_decisions) {
    out += "<informationRequirement><requiredDecision href='#" + required +
           "'/></informationRequirement>";
  }
  return out + literal(formula) + "</decision>\n";
}

std::string value_of(const ModelSet& set, const std::string& name, ModelLimits limits = {}) {
  const Element* element = set.main()->find(name);
  if (element == nullptr) return "no such element";
  ModelEvaluator evaluator(limits);
  const Value value = evaluator.evaluate(*element);
  return evaluator.stopped().empty() ? feel::in_words(value) : evaluator.stopped().en;
}

std::string value_in(const std::string& content, const std::string& name, ModelLimits limits = {}) {
  Diagnostics diagnostics;
  const ModelSet set = ModelSet::read(file(content), {}, diagnostics);
  return set.main() == nullptr ? "no model" : value_of(set, name, limits);
}

// "code line:column" of each diagnostic.
std::string diagnosed(const ModelText& text, const std::vector<ModelText>& others = {}) {
  Diagnostics diagnostics;
  ModelSet::read(text, others, diagnostics);
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (!out.empty()) out += ", ";
    out += diagnostic.code + " " + std::to_string(diagnostic.place.line) + ":" +
           std::to_string(diagnostic.place.column);
  }
  return out;
}

TEST(Model, NamesHaveOneForm) {
  EXPECT_EQ(canonical_name("  monthly \n fee "), "monthly fee");
  EXPECT_EQ(canonical_name("a - b"), "a-b");
  EXPECT_EQ(canonical_name("yes / no"), "yes/no");
  EXPECT_EQ(canonical_name("积分 靠前"), "积分 靠前");
}

TEST(Model, TypesHaveManySpellings) {
  EXPECT_EQ(basic_type_name("feel:string"), "string");
  EXPECT_EQ(basic_type_name("{http://www.omg.org/spec/FEEL/20140401}number"), "number");
  EXPECT_EQ(basic_type_name("dateTime"), "date and time");
  EXPECT_EQ(basic_type_name("date and time"), "date and time");
  EXPECT_EQ(basic_type_name("yearMonthDuration"), "years and months duration");
  EXPECT_EQ(basic_type_name("days and time duration"), "days and time duration");
  EXPECT_EQ(basic_type_name("Any"), "Any");
  EXPECT_EQ(basic_type_name("tPerson"), "");
}

TEST(Model, AllThatIsWrongIsSaidWithItsPlace) {
  EXPECT_EQ(diagnosed(file(decision("a", "1 +") + decision("b", "2 *"))),
            "unexpected-end 2:55, unexpected-end 3:55");
  EXPECT_EQ(diagnosed(file("<decision name='a'><literalExpression/></decision>")),
            "missing-expression 2:20");
  EXPECT_EQ(diagnosed(file("<decision name='a'/>")), "missing-expression 2:1");
  EXPECT_EQ(diagnosed(file(decision("a", "1", {"nobody"}))), "unknown-reference 2:51");
  EXPECT_EQ(diagnosed(file("<inputData name='i'><variable name='i' typeRef='tNone'/></inputData>")),
            "unknown-type 2:1");
  EXPECT_EQ(diagnosed(file("<itemDefinition name='t'/>\n<itemDefinition name='t'/>")),
            "repeated-name 3:1");
  EXPECT_EQ(diagnosed(file("<import name='x' namespace='urn:nowhere'/>")), "missing-model 2:1");
}

TEST(Model, AFormulaOfSeveralLinesKeepsItsPlaces) {
  EXPECT_EQ(diagnosed(file("<decision name='a'><literalExpression><text>\n  1\n  + *\n</text>"
                           "</literalExpression></decision>")),
            "unexpected-token 4:5");
}

TEST(Model, WhatIsNoDmnIsRefused) {
  EXPECT_EQ(diagnosed({"m.dmn", "<definitions/>"}), "not-dmn 1:1");
  EXPECT_EQ(diagnosed({"m.dmn", "<a xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/'/>"}),
            "not-dmn 1:1");
  EXPECT_EQ(diagnosed({"m.dmn", "no xml"}), "xml 1:1");
}

TEST(Model, ACandidateNobodyImportsIsNotLookedAt) {
  EXPECT_EQ(diagnosed(file(decision("a", "1")), {{"other.dmn", "no xml"}}), "");
}

TEST(Model, DecisionsThatRestOnThemselves) {
  const std::string content = decision("a", "b", {"b"}) + decision("b", "c", {"c"}) +
                              decision("c", "a", {"a"}) + decision("d", "1", {});
  EXPECT_EQ(diagnosed(file(content)), "decision-cycle 4:1");
  EXPECT_EQ(value_in(content, "a"), "null");
  EXPECT_EQ(value_in(content, "c"), "null");
  EXPECT_EQ(value_in(content, "d"), "1");
}

TEST(Model, ADecisionSeesOnlyWhatItRequires) {
  const std::string content = decision("a", "1") + decision("b", "a") + decision("c", "a", {"a"});
  EXPECT_EQ(value_in(content, "b"), "null");
  EXPECT_EQ(value_in(content, "c"), "1");
}

TEST(Model, KnowledgeMayCallItselfWithinBounds) {
  const auto knowledge = [](const std::string& formula) {
    return "<businessKnowledgeModel id='f' name='f'><encapsulatedLogic><formalParameter "
           "name='n'/>" +
           literal(formula) + "</encapsulatedLogic></businessKnowledgeModel>\n" +
           "<decision name='d'><knowledgeRequirement><requiredKnowledge href='#f'/>" +
           "</knowledgeRequirement>" + literal("f(5)") + "</decision>";
  };
  EXPECT_EQ(value_in(knowledge("if n = 0 then 1 else n * f(n - 1)"), "d"), "120");
  EXPECT_EQ(value_in(knowledge("f(n + 1)"), "d").substr(0, 8), "stopped:");
}

TEST(Model, BoxedStepsAndDepthAreBounded) {
  const std::string loop = "<decision name='d'><for iteratorVariable='x'><in>" +
                           literal("[1..1000]") + "</in><return>" + literal("x") +
                           "</return></for></decision>";
  ModelLimits limits;
  limits.steps = 100;
  EXPECT_EQ(value_in(loop, "d", limits), "stopped after 100 steps");
  std::string chain = decision("d0", "1");
  for (int i = 1; i < 50; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    chain += decision("d" + std::to_string(i), before + " + 1", {before});
  }
  EXPECT_EQ(value_in(chain, "d49"), "50");
  limits = {};
  limits.depth = 20;
  EXPECT_EQ(value_in(chain, "d49", limits), "stopped: decisions nested more than 20");
}

TEST(Model, ElementsAreBounded) {
  std::string many;
  for (size_t i = 0; i <= kMaxModelElements; ++i) many += "<inputData/>\n";
  EXPECT_EQ(diagnosed(file(many)), "too-long 2002:1");
}

TEST(Model, AServiceAsksForAllItsArguments) {
  const std::string content =
      "<inputData id='i' name='i'><variable name='i' typeRef='number'/></inputData>\n"
      "<decision id='o' name='o'><informationRequirement><requiredInput href='#i'/>"
      "</informationRequirement>" +
      literal("i + 1") +
      "</decision>\n"
      "<decisionService id='s' name='s'><outputDecision href='#o'/><inputData href='#i'/>"
      "</decisionService>\n"
      "<decision name='d'><knowledgeRequirement><requiredKnowledge href='#s'/>"
      "</knowledgeRequirement>" +
      literal("[s(1), s(), s(\"x\"), s(i: 2), s(j: 2)]") + "</decision>";
  EXPECT_EQ(value_in(content, "d"), "[2, null, null, 3, null]");
}

}  // namespace
}  // namespace dandang::dmn
