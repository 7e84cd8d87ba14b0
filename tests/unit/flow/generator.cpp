#include "generator.h"

#include <algorithm>
#include <array>
#include <random>

#include "base/json/tokens.h"
#include "base/random.h"

namespace flowferry::testing {
namespace {

constexpr const char* k_account = "111122223333";
constexpr const char* k_other_account = "444455556666";
constexpr const char* k_instance = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";

/// A JSON tree with order, for printing only.
struct Tree {
  enum class Kind { object, array, string, raw } kind = Kind::object;
  std::string text;        ///< Of a string its value, of raw its token.
  bool reference = false;  ///< The string holds references.
  std::vector<std::pair<Tree, Tree>> members;
  std::vector<Tree> items;

  static Tree string(std::string value, bool reference = false) {
    Tree t;
    t.kind = Kind::string;
    t.text = std::move(value);
    t.reference = reference;
    return t;
  }
  static Tree raw(std::string token) {
    Tree t;
    t.kind = Kind::raw;
    t.text = std::move(token);
    return t;
  }
  static Tree array() {
    Tree t;
    t.kind = Kind::array;
    return t;
  }
  Tree& add(std::string name, Tree value) {
    members.emplace_back(string(std::move(name)), std::move(value));
    return members.back().second;
  }
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed), ids_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }
  std::string uuid() { return ids_.uuid(); }
  template <class List>
  void shuffle(List& list) {
    std::shuffle(list.begin(), list.end(), engine_);
  }

 private:
  std::mt19937_64 engine_;
  SeededRandom ids_;
};

constexpr std::array k_words = {"Thank you for calling.",
                                "営業時間外です。",
                                "été à la plage",
                                "🛫 出発",
                                "<speak>Hello <break time=\"1s\"/></speak>",
                                "tab\there",
                                "back\\slash",
                                "50% off / today",
                                "learn: more",
                                "arn:aws",
                                "$.Attributes.name",
                                "",
                                "a \"quoted\" word",
                                "line\nbreak",
                                "$.External.queueArn",
                                "true"};
constexpr std::array k_numbers = {"0",
                                  "1E3",
                                  "273.750",
                                  "-231.20000000000002",
                                  "12345678901234567890123",
                                  "1536.0",
                                  "892.0142822265625",
                                  "-0",
                                  "1e-7"};

/// Builds a flow and keeps account of what it puts in.
class Builder {
 public:
  Builder(std::uint64_t seed, GeneratorOptions options, Generated& out)
      : dice_(seed), options_(options), out_(out) {}

  Tree flow() {
    for (std::size_t i = 0; i < options_.actions; ++i) {
      identifiers_.push_back(dice_.one_in(3) ? "Block " + std::to_string(i) + " 案内"
                                             : dice_.uuid());
    }
    Tree actions = Tree::array();
    Tree entries;
    for (const std::string& identifier : identifiers_) {
      Tree entry;
      actions.items.push_back(action(identifier, entry));
      entries.add(identifier, std::move(entry));
    }
    Tree metadata;
    Tree position;
    position.add("x", Tree::raw(dice_.pick(k_numbers)));
    position.add("y", Tree::raw(dice_.pick(k_numbers)));
    metadata.add("entryPointPosition", std::move(position));
    metadata.add("ActionMetadata", std::move(entries));
    metadata.add("Annotations", annotations());
    Tree flow;
    flow.add("Version", Tree::string("2019-10-30"));
    flow.add("StartAction", Tree::string(identifiers_.front()));
    flow.add("Metadata", std::move(metadata));
    flow.add("Actions", std::move(actions));
    if (dice_.one_in(2)) flow.add("Settings", Tree());
    dice_.shuffle(flow.members);
    return flow;
  }

 private:
  std::string connect(const std::string& rest) {
    return std::string("arn:aws:connect:us-east-1:") + k_account + ":" + rest;
  }
  std::string resource(const std::string& keyword) {
    return connect(std::string("instance/") + k_instance + "/" + keyword + "/" + dice_.uuid());
  }
  Tree expect(ResourceKind kind, std::string text) {
    out_.references.push_back({kind, text});
    return Tree::string(std::move(text), true);
  }

  /// An ARN of any service, ours.
  std::string any_arn() {
    switch (dice_.below(9)) {
      case 0:
        return note(ResourceKind::queue, resource("queue"));
      case 1:
        return note(ResourceKind::contact_flow,
                    resource("contact-flow") + (dice_.one_in(4) ? ":$SAVED" : ""));
      case 2:
        return note(ResourceKind::flow_module,
                    resource("flow-module") + (dice_.one_in(2) ? ":7" : ""));
      case 3:
        return note(ResourceKind::view, "arn:aws:connect:us-east-1:aws:view/form:1");
      case 4:
        return note(ResourceKind::lambda_function,
                    std::string("arn:aws:lambda:") +
                        (dice_.one_in(3) ? "$.AwsRegion" : "us-east-1") + ":" + k_account +
                        ":function:dev-f" + std::to_string(dice_.below(100)) +
                        (dice_.one_in(3)   ? ":$LATEST"
                         : dice_.one_in(2) ? ":live"
                                           : ""));
      case 5:
        return note(
            ResourceKind::lex_v2_bot_alias,
            std::string("arn:aws:lex:us-east-1:") + k_account + ":bot-alias/GYRMI028ZL/TSTALIASID");
      case 6:
        return note(ResourceKind::user, resource("agent"));
      case 7:
        return note(ResourceKind::phone_number, connect("phone-number/" + dice_.uuid()));
      default:
        return note(ResourceKind::ai_agent, std::string("arn:aws:wisdom:us-east-1:") + k_account +
                                                ":ai-agent/" + dice_.uuid() + "/" + dice_.uuid() +
                                                ":$LATEST");
    }
  }
  std::string note(ResourceKind kind, std::string text) {
    out_.references.push_back({kind, text});
    return text;
  }
  std::string foreign_arn() {
    const std::array foreign = {
        std::string("arn:aws:lambda:us-west-2:613787477748:function:state-lookup"),
        "arn:aws:connect:us-east-1:" + std::string(k_account) + ":instance/" + dice_.uuid() +
            "/queue/" + dice_.uuid(),
        std::string("arn:aws:s3:::recordings/calls")};
    out_.foreign.push_back(dice_.pick(foreign));
    return out_.foreign.back();
  }

  /// A value for a free place: plain, dynamic, references in any form.
  Tree free_value() {
    switch (dice_.below(8)) {
      case 0:
        return Tree::string(any_arn(), true);
      case 1:
        return Tree::string("Queue " + any_arn() + ", or " + any_arn() + ". " + dice_.pick(k_words),
                            true);
      case 2:
        return Tree::string(
            "{\"to\":\"" + any_arn() + "\",\"note\":\"é \\\"" + any_arn() + "\\\"\"}", true);
      case 3:
        return expect(ResourceKind::queue, known_id());
      case 4:
        return Tree::string(foreign_arn(), true);
      case 5:
        return Tree::string(dice_.uuid());
      case 6:
        return expect(ResourceKind::instance, k_instance);
      default:
        return Tree::string(dice_.pick(k_words));
    }
  }
  std::string known_id() {  // generated_scope() knows ids by their first digits.
    std::string id = dice_.uuid();
    return "0ff1ce00" + id.substr(8);
  }

  Tree reference(ResourceKind kind, const std::string& keyword, const std::string& path,
                 Tree& entry) {
    switch (dice_.below(6)) {
      case 0:
        ++out_.dynamic;
        return Tree::string("$.Attributes.['a b']");
      case 1:
        ++out_.empty;
        return Tree::string(dice_.one_in(2) ? "" : "SELECT ONE");
      case 2:
        return named(expect(kind, dice_.uuid()), path, entry);
      case 3:
        return Tree::string(foreign_arn());
      default:
        return named(expect(kind, resource(keyword)), path, entry);
    }
  }
  Tree named(Tree reference, const std::string& path, Tree& entry) {
    if (dice_.one_in(3)) return reference;
    Tree shown;
    shown.add("displayName", Tree::string("開発 Sales / 1"));
    Tree parameters;
    parameters.add(path, std::move(shown));
    entry.add("parameters", std::move(parameters));
    return reference;
  }

  Tree action(const std::string& identifier, Tree& entry) {
    Tree parameters;
    std::string type;
    switch (dice_.below(11)) {
      case 0:
        type = "UpdateContactTargetQueue";
        parameters.add("QueueId", reference(ResourceKind::queue, "queue", "QueueId", entry));
        if (dice_.one_in(2)) {
          Tree queue;
          queue.add("id", expect(ResourceKind::queue, resource("queue")));
          queue.add("text", Tree::string("開発 Basic"));
          entry.add("queue", std::move(queue));
        }
        break;
      case 1:
        type = "TransferToFlow";
        parameters.add("ContactFlowId", reference(ResourceKind::contact_flow, "contact-flow",
                                                  "ContactFlowId", entry));
        break;
      case 2:
        type = "InvokeFlowModule";
        parameters.add("FlowModuleId",
                       expect(ResourceKind::flow_module, dice_.uuid() + ":$LATEST"));
        entry.add("contactFlowModuleName", Tree::string("開発 Module"));
        break;
      case 3: {
        type = "InvokeLambdaFunction";
        parameters.add("LambdaFunctionARN", expect(ResourceKind::lambda_function,
                                                   std::string("arn:aws:lambda:us-east-1:") +
                                                       k_account + ":function:dev-lookup"));
        Tree values;
        values.add("k", free_value());
        values.add("n", free_value());
        parameters.add("LambdaInvocationAttributes", std::move(values));
        break;
      }
      case 4: {
        type = "UpdateContactEventHooks";
        Tree hooks;
        hooks.add("CustomerQueue",
                  reference(ResourceKind::contact_flow, "contact-flow", "none", entry));
        parameters.add("EventHooks", std::move(hooks));
        break;
      }
      case 5: {
        type = "UpdateContactAttributes";
        Tree attributes;
        attributes.add("flow", free_value());
        attributes.add("Identifier", free_value());
        attributes.add("nested \"name\" é", free_value());
        parameters.add("Attributes", std::move(attributes));
        break;
      }
      case 6: {
        type = "MessageParticipantIteratively";
        Tree messages = Tree::array();
        Tree first;
        first.add("Text", Tree::string(dice_.pick(k_words)));
        messages.items.push_back(std::move(first));
        Tree second;
        second.add("PromptId", reference(ResourceKind::prompt, "prompt", "none", entry));
        messages.items.push_back(std::move(second));
        parameters.add("Messages", std::move(messages));
        break;
      }
      case 7: {
        type = "GetCase";
        Tree fields;
        const std::string field = dice_.uuid();
        out_.references.push_back({ResourceKind::case_field, field});
        fields.members.emplace_back(Tree::string(field, true), Tree::string("v"));
        fields.add("title", Tree::string("$.Attributes.t"));
        parameters.add("CaseRequestFields", std::move(fields));
        break;
      }
      case 8: {
        type = "ShowView";
        Tree view;
        if (dice_.one_in(2)) {
          view.add("Id", expect(ResourceKind::view, "arn:aws:connect:us-east-1:aws:view/form:1"));
        } else {
          view.add("Id", Tree::string("form"));
          view.add("Version", Tree::string("Latest"));
        }
        parameters.add("ViewResource", std::move(view));
        Tree data;
        data.add("Flag", Tree::raw("true"));
        data.add("Number", Tree::raw(dice_.pick(k_numbers)));
        data.add("Nothing", Tree::raw("null"));
        Tree rows = Tree::array();
        rows.items.push_back(free_value());
        rows.items.push_back(Tree::raw(dice_.pick(k_numbers)));
        data.add("Rows", std::move(rows));
        parameters.add("ViewData", std::move(data));
        break;
      }
      case 9: {
        type = "AnActionTypeOfTheFuture";
        Tree inner;
        inner.add("QueueOrSomething", Tree::string(any_arn(), true));
        inner.members.emplace_back(Tree::string(any_arn(), true), Tree::raw("[]"));
        parameters.add("Deep", std::move(inner));
        break;
      }
      default:
        type = "MessageParticipant";
        parameters.add("Text", Tree::string(dice_.pick(k_words)));
    }
    dice_.shuffle(parameters.members);
    Tree out;
    out.add("Identifier", Tree::string(identifier));
    out.add("Type", Tree::string(type));
    out.add("Parameters", std::move(parameters));
    out.add("Transitions", transitions());
    dice_.shuffle(out.members);
    metadata(entry);
    return out;
  }

  Tree transitions() {
    Tree out;
    out.add("NextAction", Tree::string(dice_.pick(identifiers_)));
    Tree operands = Tree::array();
    operands.items.push_back(dice_.one_in(3) ? free_value() : Tree::string("1"));
    Tree condition;
    condition.add("Operator", Tree::string("Equals"));
    condition.add("Operands", std::move(operands));
    Tree branch;
    branch.add("NextAction", Tree::string(dice_.pick(identifiers_)));
    branch.add("Condition", std::move(condition));
    Tree conditions = Tree::array();
    conditions.items.push_back(std::move(branch));
    out.add("Conditions", std::move(conditions));
    return out;
  }

  /// The designer's own things: UUIDs which are no references, even where the inventory knows them.
  void metadata(Tree& entry) {
    Tree position;
    position.add("x", Tree::raw(dice_.pick(k_numbers)));
    entry.add("position", std::move(position));
    Tree condition;
    condition.add("id", Tree::string(known_id()));
    condition.add("value", dice_.one_in(4) ? free_value() : Tree::string("1"));
    Tree conditions = Tree::array();
    conditions.items.push_back(std::move(condition));
    entry.add("conditionMetadata", std::move(conditions));
    Tree children = Tree::array();
    children.items.push_back(Tree::string(known_id()));
    entry.add("children", std::move(children));
  }

  Tree annotations() {
    Tree note;
    note.add("id", Tree::string(known_id()));
    note.add("actionId", Tree::string(identifiers_.front()));
    note.add("content", free_value());
    Tree out = Tree::array();
    out.items.push_back(std::move(note));
    return out;
  }

  Dice dice_;
  GeneratorOptions options_;
  Generated& out_;
  std::vector<std::string> identifiers_;
};

/// Prints a tree with random white space and random escapes.
class Printer {
 public:
  Printer(std::uint64_t seed, GeneratorOptions options)
      : dice_(seed ^ 0x9E3779B97F4A7C15ULL), options_(options) {
    style_ = dice_.below(4);
  }
  std::string print(const Tree& tree) {
    space();
    value(tree, 0);
    space();
    return std::move(out_);
  }

 private:
  void space() {
    if (style_ == 0) return;
    constexpr std::array spaces = {"", " ", "\n", "\r\n", "\t", "    ", "\r\n\t  "};
    out_ += style_ == 1 ? (dice_.one_in(2) ? " " : "") : dice_.pick(spaces);
  }

  void value(const Tree& tree, int depth) {
    switch (tree.kind) {
      case Tree::Kind::raw:
        out_ += tree.text;
        break;
      case Tree::Kind::string:
        string(tree);
        break;
      case Tree::Kind::array:
        out_ += '[';
        space();
        for (std::size_t i = 0; i < tree.items.size(); ++i) {
          if (i > 0) comma();
          value(tree.items[i], depth + 1);
        }
        space();
        out_ += ']';
        break;
      case Tree::Kind::object:
        out_ += '{';
        space();
        for (std::size_t i = 0; i < tree.members.size(); ++i) {
          if (i > 0) comma();
          string(tree.members[i].first);
          space();
          out_ += ':';
          space();
          value(tree.members[i].second, depth + 1);
        }
        space();
        out_ += '}';
        break;
    }
  }

  void comma() {
    space();
    out_ += ',';
    space();
  }

  /// How a token is spelled is decided once for the whole token: letters as \u, slashes, case of
  /// digits.
  void string(const Tree& tree) {
    const bool letters = dice_.one_in(8) && (!tree.reference || options_.escape_references);
    const bool slashes = dice_.one_in(6);
    const bool wide = dice_.one_in(4);
    out_ += '"';
    for (std::size_t i = 0; i < tree.text.size();) {
      const auto c = static_cast<unsigned char>(tree.text[i]);
      const std::size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
      const std::string_view one = std::string_view(tree.text).substr(i, length);
      i += length;
      if (c == '/' && slashes) {
        out_ += "\\/";
      } else if ((length == 1 && letters && dice_.one_in(4)) || (length > 1 && wide)) {
        escape(one);
      } else {
        json::append_escaped(out_, one);
      }
    }
    out_ += '"';
  }

  void escape(std::string_view one) {
    const std::size_t length = one.size();
    unsigned code = static_cast<unsigned char>(one[0]);
    if (length > 1) code &= 0xFFU >> (length + 1);
    for (std::size_t k = 1; k < length; ++k)
      code = code << 6 | (static_cast<unsigned char>(one[k]) & 0x3FU);
    if (code < 0x10000) return hex(code);
    hex(0xD800 + ((code - 0x10000) >> 10));
    hex(0xDC00 + ((code - 0x10000) & 0x3FF));
  }

  void hex(unsigned code) {
    out_ += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out_ += "0123456789abcdef"[code >> shift & 15U];
  }

  Dice dice_;
  GeneratorOptions options_;
  std::size_t style_ = 0;
  std::string out_;
};

}  // namespace

Generated generate(std::uint64_t seed, GeneratorOptions options) {
  Generated out;
  const Tree tree = Builder(seed, options, out).flow();
  out.content = Printer(seed, options).print(tree);
  std::sort(out.references.begin(), out.references.end());
  std::sort(out.foreign.begin(), out.foreign.end());
  return out;
}

namespace {

void swap_words(std::string& text, const std::string& a, const std::string& b) {
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, a.size(), a) == 0) {
      text.replace(i, a.size(), b);
      i += b.size();
    } else if (text.compare(i, b.size(), b) == 0) {
      text.replace(i, b.size(), a);
      i += a.size();
    } else {
      ++i;
    }
  }
}

Instance instance(std::string id, const char* account, const char* region) {
  Instance out;
  out.id = std::move(id);
  out.account = account;
  out.region = region;
  out.partition = "aws";
  out.arn = "arn:aws:connect:" + out.region + ":" + out.account + ":instance/" + out.id;
  return out;
}

}  // namespace

Instance generated_source() {
  return instance(k_instance, k_account, "us-east-1");
}
Instance generated_target() {
  return instance(other_side(k_instance), k_other_account, "eu-west-1");
}

flow::Scope generated_scope(const Instance& instance) {
  const std::string mark = instance.id == k_instance
                               ? "0ff1ce00"
                               : other_side("0ff1ce00-0000-0000-0000-000000000000").substr(0, 8);
  return {instance, [mark](std::string_view id) -> std::optional<ResourceKind> {
            if (id.substr(0, 8) == mark) return ResourceKind::queue;
            return std::nullopt;
          }};
}

std::string other_side(const std::string& text) {
  std::string out = text;
  swap_words(out, k_account, k_other_account);
  swap_words(out, ":us-east-1:", ":eu-west-1:");
  swap_words(out, ":dev-", ":prd-");
  const auto is_uuid_at = [&](std::size_t at) {
    if (at + 36 > out.size()) return false;
    for (std::size_t i = 0; i < 36; ++i) {
      const char c = out[at + i];
      const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : std::string_view("0123456789abcdef").find(c) == std::string_view::npos)
        return false;
    }
    return true;
  };
  for (std::size_t at = 0; at < out.size(); ++at) {
    if (!is_uuid_at(at)) continue;
    for (std::size_t i = 0; i < 36; ++i) {
      char& c = out[at + i];
      if (c == '-') continue;
      const std::string_view digits = "0123456789abcdef";
      c = digits[15 - digits.find(c)];
    }
    at += 35;
  }
  return out;
}

std::string other_name(const std::string& name) {
  std::string out = name;
  swap_words(out, "開発", "本番");
  return out;
}

}  // namespace flowferry::testing
