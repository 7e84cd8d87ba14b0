#include "simulator/api_error.h"

#include "base/text.h"

namespace flowferry::simulator {
namespace {

std::string member_like(const Shape* shape, std::string_view name, std::string fallback) {
  if (shape) {
    for (const Member& member : shape->members) {
      if (equals_ignoring_ascii_case(member.name, name)) return member.name;
    }
  }
  return fallback;
}

std::string message_member(const Shape* shape, const Switches& switches) {
  if (switches.is(Switch::error_message, "lower")) return "message";
  return member_like(shape, "message", "message");
}

std::string problems_member(const Shape* shape, const Switches& switches) {
  const std::string& chosen = switches.get(Switch::problems_member);
  return chosen == "model" ? member_like(shape, "problems", "problems") : chosen;
}

js::array problem_list(const std::vector<std::string>& problems) {
  // The service sends 1 to 50, each of 1 to 256 characters.
  js::array list;
  for (const std::string& problem : problems) {
    if (list.size() == 50) break;
    list.push_back(js::object{{"message", ellipsize(problem, 256)}});
  }
  return list;
}

void put_code(const std::string& code, const Switches& switches, net::ServerResponse& response,
              js::object& body) {
  static constexpr const char* k_header = "x-amzn-ErrorType";
  const std::string& form = switches.get(Switch::error_code);
  if (form == "body") {
    body["__type"] = code;
  } else if (form == "body-namespace") {
    body["__type"] = "com.amazonaws.connect#" + code;
  } else if (form == "header-uri") {
    response.headers.emplace_back(
        k_header, code + ":http://internal.amazon.com/coral/com.amazonaws.connect/");
  } else if (form == "header-namespace") {
    response.headers.emplace_back(k_header, "com.amazonaws.connect#" + code);
  } else {
    response.headers.emplace_back(k_header, code);
  }
}

}  // namespace

net::ServerResponse render(const ApiError& error, const ServiceDescription* description,
                           const Switches& switches) {
  const Shape* shape = description ? description->shape(error.code) : nullptr;
  net::ServerResponse response;
  response.status = error.status;
  if (response.status == 0)
    response.status = shape && shape->error_status ? shape->error_status : 400;
  js::object body = error.extra;
  put_code(error.code, switches, response, body);
  if (!error.problems.empty()) {
    body[problems_member(shape, switches)] = problem_list(error.problems);
  } else if (!switches.is(Switch::error_message, "none")) {
    body[message_member(shape, switches)] = error.message;
  }
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = js::serialize(body);
  return response;
}

}  // namespace flowferry::simulator
