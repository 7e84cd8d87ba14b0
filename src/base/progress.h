// base/progress.h
//
// How far a stage has come, for whoever shows it. Stages call it; they print nothing themselves.
#pragma once

#include <cstddef>
#include <string_view>

namespace flowferry {

class Progress {
 public:
  virtual ~Progress() = default;
  /// A stage begins: "reading the source's flows". `total` of 0: not known yet.
  virtual void begin(std::string_view stage, std::size_t total) = 0;
  /// The total of the current stage became known or grew.
  virtual void expect(std::size_t total) = 0;
  /// `n` more steps of the current stage are done.
  virtual void advance(std::size_t n = 1) = 0;
  /// The stage is over.
  virtual void end() = 0;
};

/// Shows nothing.
class NoProgress final : public Progress {
 public:
  void begin(std::string_view, std::size_t) override {}
  void expect(std::size_t) override {}
  void advance(std::size_t) override {}
  void end() override {}
};

}  // namespace flowferry
