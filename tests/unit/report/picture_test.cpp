#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/picture/diagram.h"
#include "report/picture/diagram_text.h"

namespace flowferry::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DotText, LeavesNoEscapeAndNoEntityToGraphviz) {
  EXPECT_EQ("\"a\\\"b\\\\N &amp;lt; 予約\"", dot_quoted("a\"b\\N &lt; 予約"));
  EXPECT_EQ("\"line\\\\nfeed\"", dot_quoted("line\nfeed"));
}

TEST(MermaidText, WritesWhatCouldMeanSomethingAsEntities) {
  EXPECT_EQ("\"a#34;b#93; --#62;\"", mermaid_quoted("a\"b] -->"));
  EXPECT_EQ("\"#37;#37;#123;init#125; #35;quot#59; #96;x#96;\"",
            mermaid_quoted("%%{init} #quot; `x`"));
  EXPECT_EQ("\"予約 (1)\"", mermaid_quoted("予約 (1)"));
  EXPECT_EQ("\"#64258;°lt#182;ß\"", mermaid_quoted("\xEF\xAC\x82°lt¶ß"));
}

TEST(XmlText, EscapesMarkupAndWhatXmlForbids) {
  EXPECT_EQ("&lt;script&gt; &amp; &quot;x&#39;", xml_escaped("<script> & \"x'"));
  EXPECT_EQ("\xEF\xBF\xBD", xml_escaped("\xEF\xBF\xBF"));
  EXPECT_THAT(xml_escaped(std::string("a\0b\x1b", 4)), Not(HasSubstr("\x1b")));
}

TEST(Diagram, OfNothingIsStillAPicture) {
  const Diagram empty{.title = "nothing"};
  EXPECT_THAT(diagram_dot(empty), HasSubstr("digraph \"nothing\""));
  EXPECT_THAT(diagram_mermaid(empty), ::testing::StartsWith("flowchart LR\n"));
  EXPECT_THAT(diagram_svg(empty), ::testing::EndsWith("</svg>\n"));
}

/// What was drawn keeps its places, unless boxes would meet.
TEST(Diagram, OfBlocksWithPositionsKeepsThem) {
  Diagram drawn{.title = "one flow"};
  for (int i = 0; i < 3; ++i) {
    DiagramNode node;
    node.look = DiagramNode::Look::block;
    node.title = "block";
    node.position = DiagramNode::Position{100.0 + 250 * i, 50.0 + 10 * i};
    drawn.nodes.push_back(node);
  }
  drawn.edges.push_back({.from = 0, .to = 1});
  EXPECT_THAT(diagram_svg(drawn), HasSubstr("<rect x=\"500\" y=\"20\""));
  drawn.nodes[2].position = drawn.nodes[1].position;
  EXPECT_THAT(diagram_svg(drawn), Not(HasSubstr("<rect x=\"500\"")));
}

}  // namespace
}  // namespace flowferry::report
