// Views, customer managed and AWS managed: connect-api.md 2.4 and 2.5.
//
// A customer view keeps its contents in members that no answer shows: "$LATEST", "$SAVED" and
// "versions".
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "simulator/search.h"
#include "simulator/stock.h"

namespace flowferry::simulator {
namespace {

std::string managed_arn(const Call& call, const ManagedView& managed) {
  return "arn:" + partition_of(call.caller.region) + ":connect:" + call.caller.region +
         ":aws:view/" + std::string(managed.id) + ':' + std::to_string(managed.version);
}

js::object show_managed(const Call& call, const ManagedView& managed) {
  return js::object{{"Id", managed.id},      {"Arn", managed_arn(call, managed)},
                    {"Name", managed.name},  {"Type", "AWS_MANAGED"},
                    {"Status", "PUBLISHED"}, {"Description", managed.description}};
}

js::object show_summary(const Call& call, const Resource& row) {
  js::object out{{"Id", row.id},
                 {"Arn", row.arn},
                 {"Name", row.name_at(call.now)},
                 {"Type", "CUSTOMER_MANAGED"},
                 {"Status", row.members.contains("$LATEST") ? "PUBLISHED" : "SAVED"}};
  if (const js::value* text = row.members.if_contains("Description")) out["Description"] = *text;
  return out;
}

js::object show_content(const js::value& content) {
  js::object out = content.get_object();
  out["InputSchema"] = "{}";  // Derived by the service.
  return out;
}

js::object show_whole(const Call& call, const Resource& row, std::string_view which) {
  js::object out = show_summary(call, row);
  out["Tags"] = to_json(row.tags);
  out["CreatedTime"] = row.created;
  out["LastModifiedTime"] = row.modified;
  if (const js::value* content = row.members.if_contains(which))
    out["Content"] = show_content(*content);
  if (which == "$SAVED") out["Status"] = "SAVED";
  return out;
}

/// The view that ViewId names: an id or ARN with or without ":$LATEST", ":$SAVED", ":{n}".
struct FoundView {
  Resource* row = nullptr;
  const ManagedView* managed = nullptr;
  std::string qualifier;
};

const ManagedView* find_managed(std::string_view id) {
  for (const ManagedView& managed : managed_views()) {
    if (managed.id == id) return &managed;
  }
  return nullptr;
}

tl::expected<FoundView, ApiError> find_view(const Call& call) {
  const std::string text = call.text("ViewId");
  const std::string managed_prefix =
      "arn:" + partition_of(call.caller.region) + ":connect:" + call.caller.region + ":aws:view/";
  std::string_view rest = text;
  if (rest.starts_with(managed_prefix)) rest.remove_prefix(managed_prefix.size());
  if (!rest.starts_with("arn:")) {
    const std::size_t colon = rest.find(':');
    if (const ManagedView* managed = find_managed(rest.substr(0, colon))) {
      return FoundView{nullptr, managed,
                       colon == std::string_view::npos ? "" : std::string(rest.substr(colon + 1))};
    }
  }
  auto reference = read_reference(call, text, "view");
  if (!reference) return pass_on(reference);
  Resource* row = call.instance->of("view").find_seen(reference->id, call.now);
  if (!row) return not_found();
  return FoundView{row, nullptr, reference->qualifier};
}

tl::expected<Resource*, ApiError> find_own_view(const Call& call) {
  auto found = find_view(call);
  if (!found) return pass_on(found);
  if (!found->row) return invalid_request("AWS-managed views cannot be changed");
  return found->row;
}

const js::value* find_version(const Resource& row, std::string_view number) {
  const js::value* versions = row.members.if_contains("versions");
  return versions ? versions->get_object().if_contains(number) : nullptr;
}

Outcome describe_managed(const Call& call, const FoundView& found) {
  if (call.switches.is(Switch::managed_views, "not-found")) return not_found();
  if (!found.qualifier.empty() && found.qualifier != "$LATEST" &&
      found.qualifier != std::to_string(found.managed->version)) {
    return not_found();
  }
  js::object view = show_managed(call, *found.managed);
  view["Version"] = found.managed->version;
  view["Content"] = js::object{{"InputSchema", "{}"}, {"Template", "{}"}, {"Actions", js::array()}};
  return js::object{{"View", std::move(view)}};
}

Outcome describe(Call& call) {
  auto found = find_view(call);
  if (!found) return pass_on(found);
  if (found->managed) return describe_managed(call, *found);
  const std::string which = found->qualifier.empty() ? "$LATEST" : found->qualifier;
  if (which == "$LATEST" || which == "$SAVED") {
    if (!found->row->members.contains(which)) return not_found("The view has not been published");
    return js::object{{"View", show_whole(call, *found->row, which)}};
  }
  const js::value* version = find_version(*found->row, which);
  if (!version) return not_found();
  js::object view = show_whole(call, *found->row, "$LATEST");
  view["Content"] = show_content(version->at("Content"));
  view["VersionDescription"] = version->at("Description");
  int number = 0;
  std::from_chars(which.data(), which.data() + which.size(), number);
  view["Version"] = number;
  return js::object{{"View", std::move(view)}};
}

Outcome list(Call& call) {
  const std::string type = call.text("Type");
  js::array items;
  if (type != "CUSTOMER_MANAGED") {
    for (const ManagedView& managed : managed_views()) items.push_back(show_managed(call, managed));
  }
  if (type != "AWS_MANAGED") {
    for (const auto& [order, row] : call.instance->of("view").rows()) {
      if (row->visibility.seen_at(call.now)) items.push_back(show_summary(call, *row));
    }
  }
  return page_of(call, "ViewsSummaryList", items_of(std::move(items)));
}

Outcome search(Call& call) {
  return search_page<Resource>(call, "Views", call.instance->of("view"), [&](const Resource& row) {
    return show_whole(call, row, row.members.contains("$LATEST") ? "$LATEST" : "$SAVED");
  });
}

std::optional<ApiError> check_view_name(const Call& call, std::string_view name,
                                        const Resource* self) {
  for (const Resource* other : call.instance->of("view").named(name)) {
    if (other == self) continue;
    ApiError error;
    error.code = "DuplicateResourceException";
    error.message = "View name already exists for the instance";
    return error;
  }
  return std::nullopt;
}

void store_content(const Call& call, Resource& row) {
  row.members["$SAVED"] = call.input.at("Content");
  if (call.text("Status") == "PUBLISHED") row.members["$LATEST"] = call.input.at("Content");
}

Outcome create(Call& call) {
  if (static_cast<std::int64_t>(call.instance->of("view").count()) >=
      call.switches.number(Switch::resource_quota)) {
    return refuse("ServiceQuotaExceededException",
                  "The limit of views per instance has been reached");
  }
  Resource row;
  row.kind = "view";
  row.name = call.text("Name");
  if (auto error = check_view_name(call, row.name, nullptr)) return pass_on(*error);
  if (call.has("Description")) row.members["Description"] = call.text("Description");
  row.tags = call.tags();
  store_content(call, row);
  row.id = call.random.uuid();
  row.arn = call.instance->arn_of("view", row.id);
  call.appear(row);
  const Resource& made = call.instance->of("view").add(std::move(row));
  return js::object{
      {"View", show_whole(call, made, call.text("Status") == "PUBLISHED" ? "$LATEST" : "$SAVED")}};
}

Outcome update_content(Call& call) {
  auto found = find_own_view(call);
  if (!found) return pass_on(found);
  store_content(call, **found);
  call.touch(**found);
  return js::object{
      {"View",
       show_whole(call, **found, call.text("Status") == "PUBLISHED" ? "$LATEST" : "$SAVED")}};
}

Outcome update_metadata(Call& call) {
  auto found = find_own_view(call);
  if (!found) return pass_on(found);
  Resource& row = **found;
  const auto name = call.optional_text("Name");
  if (name && *name != row.name) {
    if (auto error = check_view_name(call, *name, &row)) return pass_on(*error);
    call.rename(call.instance->of("view"), row, *name);
  }
  if (call.has("Description")) row.members["Description"] = call.text("Description");
  call.touch(row);
  return js::object();
}

Outcome remove(Call& call) {
  auto found = find_own_view(call);
  if (!found) return pass_on(found);
  call.remove(call.instance->of("view"), **found);
  return js::object();
}

Outcome create_version(Call& call) {
  auto found = find_own_view(call);
  if (!found) return pass_on(found);
  Resource& row = **found;
  const js::value* content = row.members.if_contains("$LATEST");
  if (!content) return invalid_request("The view has not been published");
  const js::value latest = *content;
  js::value& versions = row.members["versions"];
  if (!versions.is_object()) versions.emplace_object();
  const std::string number = std::to_string(versions.get_object().size() + 1);
  versions.get_object()[number] =
      js::object{{"Content", latest}, {"Description", call.text("VersionDescription")}};
  js::object view = show_whole(call, row, "$LATEST");
  view["Version"] = static_cast<std::int64_t>(versions.get_object().size());
  return js::object{{"View", std::move(view)}};
}

Outcome list_versions(Call& call) {
  auto found = find_view(call);
  if (!found) return pass_on(found);
  js::array items;
  const js::value* versions = found->row ? found->row->members.if_contains("versions") : nullptr;
  if (versions) {
    std::int64_t number = 0;
    for (const auto& entry : versions->get_object()) {
      items.push_back(js::object{{"Id", found->row->id},
                                 {"Arn", found->row->arn + ':' + std::string(entry.key())},
                                 {"Name", found->row->name},
                                 {"Type", "CUSTOMER_MANAGED"},
                                 {"Version", ++number},
                                 {"VersionDescription", entry.value().at("Description")}});
    }
  }
  return page_of(call, "ViewVersionSummaryList", items_of(std::move(items)));
}

Outcome delete_version(Call& call) {
  auto found = find_own_view(call);
  if (!found) return pass_on(found);
  js::value* versions = (*found)->members.if_contains("versions");
  const std::string number = std::to_string(call.number("ViewVersion"));
  if (!versions || versions->get_object().erase(number) == 0) return not_found();
  return js::object();
}

}  // namespace

void add_view_operations(Handlers& handlers) {
  handlers["ListViews"] = list;
  handlers["SearchViews"] = search;
  handlers["DescribeView"] = describe;
  handlers["CreateView"] = create;
  handlers["UpdateViewContent"] = update_content;
  handlers["UpdateViewMetadata"] = update_metadata;
  handlers["DeleteView"] = remove;
  handlers["CreateViewVersion"] = create_version;
  handlers["ListViewVersions"] = list_versions;
  handlers["DeleteViewVersion"] = delete_version;
}

}  // namespace flowferry::simulator
