// flow/portable_names.h
//
// What a snapshot calls its resources, and what it finds under such a name: both ways of the
// portable form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/portable_marker.h"
#include "model/snapshot.h"

namespace flowferry::flow {

/// Why a marker names nothing, for people.
struct Nameless {
  std::string text;
  std::string help;
  std::vector<std::string> closest;
};

class PortableNames {
 public:
  /// `snapshot` must outlive it, and must not change meanwhile. Several threads may ask at a time.
  explicit PortableNames(const Snapshot& snapshot);

  const Snapshot& snapshot() const { return snapshot_; }

  /// The marker that look_up() gives `reference.text` for; nothing where its kind has no look-up,
  /// the snapshot does not have it, or its ARN is not of the usual shape.
  std::optional<Marker> marker(const Reference& reference) const;

  /// The ARN or id, with its qualifier, that `marker` stands for.
  tl::expected<std::string, Nameless> look_up(const Marker& marker) const;

 private:
  std::optional<Marker> named(const Reference& reference) const;
  std::optional<Marker> lex_alias(const Reference& reference) const;
  const Resource* resource_of(const Reference& reference) const;
  tl::expected<const Resource*, Nameless> find(const Marker& marker) const;
  tl::expected<std::string, Nameless> find_lex_alias(const Marker& marker) const;
  std::string in_own_region(std::string_view arn) const;

  const Snapshot& snapshot_;
  /// Lex V2 bot aliases by "bot/alias": their ARNs in the instance's own Region.
  std::map<std::string, std::vector<std::string>, std::less<>> lex_aliases_;
  std::map<std::string, std::string, std::less<>> lex_names_;  ///< The other way.
};

}  // namespace flowferry::flow
