// connect/lists.h
//
// The operations that list resources, as data: wire, page size, and where an item has its name, id
// and ARN (connect-api.md 2.2, 2.3). Walking the pages is list_all().
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/service.h"
#include "base/result.h"
#include "base/task.h"
#include "connect/answer.h"
#include "model/resource.h"

namespace flowferry::connect {

/// Where paging and instance stand in the request.
enum class Paging {
  query,  ///< GET, `nextToken` and `maxResults` in the query, instance in the path.
  body,   ///< POST, `NextToken`, `MaxResults` and `InstanceId` in the body.
};

struct ListOperation {
  std::string_view name;  ///< "ListQueues"
  Paging paging = Paging::query;
  std::string_view path;         ///< With "{}" for the instance id: "/queues-summary/{}".
  int page = 1000;               ///< The largest that the model allows.
  std::string_view items;        ///< Member of the answer: "QueueSummaryList".
  std::string_view filter_name;  ///< A fixed query member, or empty.
  std::string_view filter_value;
};

/// How an item of a list becomes a Resource.
struct ItemMembers {
  std::string_view name = "Name";
  std::string_view id = "Id";
  std::string_view arn = "Arn";
  std::string_view type;  ///< Empty: none.
  std::string_view state;
  std::string_view status;
};

struct ResourceList {
  ResourceKind kind;
  ListOperation operation;
  ItemMembers members;
};

/// Nothing for kinds without a look-up, and for Lambda functions and Lex bots, whose items are of
/// another shape.
const ResourceList* resource_list(ResourceKind kind);

/// Calls `take` with each item of each page until there is no NextToken, and `turn` after each
/// page. Pages may be short or empty, lists null. Errors: those of the service; malformed (no
/// object, the same NextToken twice).
Task<Result<void>> list_all(aws::Service& service, ListOperation operation, std::string path,
                            std::string instance_id, std::function<void(const View&)> take,
                            std::function<void()> turn = {});

/// The same for the first page only.
Task<Result<void>> list_page(aws::Service& service, ListOperation operation, std::string path,
                             std::string instance_id, std::function<void(const View&)> take);

/// `operation.path` with the instance's id in it.
std::string path_for(const ListOperation& operation, std::string_view instance_id);

Resource to_resource(ResourceKind kind, const ItemMembers& members, const View& item);

/// `text` in upper case: the service says "active" and "ACTIVE" (connect-api.md 4.1).
std::string upper(std::string text);

}  // namespace flowferry::connect
