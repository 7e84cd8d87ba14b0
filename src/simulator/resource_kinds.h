// simulator/resource_kinds.h
//
// The kinds of resources that are listed, described, searched and mostly also created, changed and
// deleted in the same way: one row each, from which the handlers are made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/call.h"

namespace flowferry::simulator {

/// A query member of a List operation, and the member of the item that it filters by.
struct ListFilter {
  std::string_view input, shown;
};

/// Empty words: there is no such operation.
struct KindRow {
  std::string_view kind;         ///< Word of model/kind.h.
  std::string_view keyword;      ///< In the ARN.
  std::string_view stem;         ///< "Queue": the id is QueueId, the ARN QueueArn or QueueARN.
  std::string_view name_member;  ///< "Name", "Username" ...
  std::string_view list, list_member;
  std::string_view describe, describe_member;  ///< No member: at the top of the answer.
  std::string_view search, search_member;
  std::string_view create;
  std::vector<std::string_view> updates;
  std::string_view remove;
  std::vector<ListFilter> filters;
};

const std::vector<KindRow>& kind_rows();
/// Nothing when absent.
const KindRow* kind_row(std::string_view kind);

/// The resource as `shape` has it: members of that structure which are known. Names that several
/// structures spell differently (Id, QueueId; Arn, PromptARN) are understood.
js::object project(const Call& call, const KindRow& row, const Resource& resource, const Shape& shape);

/// What a resource of this kind has when nobody says: made from a world file or with an instance.
js::object default_members(const InstanceState& instance, std::string_view kind, std::string_view name);

/// The element structure of a list member of an operation's output, or the structure of a member.
const Shape* output_member_shape(const Operation& operation, std::string_view member);

}  // namespace flowferry::simulator
