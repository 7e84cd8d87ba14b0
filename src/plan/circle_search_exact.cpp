#include <algorithm>
#include <bit>
#include <cstdint>

#include "plan/circle_search.h"

namespace flowferry::plan {
namespace {

using Word = std::uint64_t;
using List = std::vector<std::size_t>;
constexpr std::size_t k_bits = 64;

/// Calls `visit` with each number whose bit is set.
template <class Visit>
void each_bit(const Word* row, std::size_t words, Visit visit) {
  for (std::size_t w = 0; w < words; ++w) {
    for (Word left = row[w]; left != 0; left &= left - 1) {
      visit(w * k_bits + static_cast<std::size_t>(std::countr_zero(left)));
    }
  }
}

/// A small graph as rows of bits. A row has a bit for each node.
class Bits {
 public:
  Bits(std::size_t n, const List& names, const std::vector<int>& weight)
      : n_(n),
        words_((n + k_bits - 1) / k_bits),
        in_(n * words_, 0),
        out_(n * words_, 0),
        alive_(words_, 0),
        names_(names),
        weight_(weight) {
    for (std::size_t v = 0; v < n; ++v) set(alive_.data(), v);
  }

  void connect(std::size_t from, std::size_t to) {
    set(out(from), to);
    set(in(to), from);
  }

  /// Applies the rules that keep an optimum; false when the cost reaches `limit`.
  bool reduce(List& chosen, long& cost, long limit) {
    for (bool again = true; again;) {
      again = false;
      bool over = false;
      const Row now = alive_;
      each_bit(now.data(), words_, [&](std::size_t v) {
        if (over || !test(alive_.data(), v)) return;
        const Ends ends = ends_of(v);
        if (test(out(v), v)) {
          take(v, chosen, cost);
        } else if (ends.ins == 0 || ends.outs == 0) {
          remove(v);
        } else if ((ends.ins == 1 && weight_[ends.first_in] <= weight_[v]) ||
                   (ends.outs == 1 && weight_[ends.first_out] <= weight_[v])) {
          bypass(v);
        } else if (ends.two_way && is_core(v)) {
          const Row neighbours(out(v), out(v) + words_);
          each_bit(neighbours.data(), words_, [&](std::size_t s) { take(s, chosen, cost); });
          remove(v);
        } else {
          return;
        }
        again = true;
        over = cost >= limit;
      });
      if (over) return false;
    }
    return true;
  }

  void take(std::size_t v, List& chosen, long& cost) {
    chosen.push_back(names_[v]);
    cost += weight_[v];
    remove(v);
  }

  void remove(std::size_t v) {
    each_bit(in(v), words_, [&](std::size_t p) { clear(out(p), v); });
    each_bit(out(v), words_, [&](std::size_t s) { clear(in(s), v); });
    std::fill_n(in(v), words_, 0);
    std::fill_n(out(v), words_, 0);
    clear(alive_.data(), v);
  }

  void bypass(std::size_t v) {
    const Row before(in(v), in(v) + words_);
    const Row after(out(v), out(v) + words_);
    remove(v);
    each_bit(before.data(), words_, [&](std::size_t p) {
      for (std::size_t w = 0; w < words_; ++w) out(p)[w] |= after[w];
    });
    each_bit(after.data(), words_, [&](std::size_t s) {
      for (std::size_t w = 0; w < words_; ++w) in(s)[w] |= before[w];
    });
  }

  std::size_t left() const {
    std::size_t sum = 0;
    for (const Word w : alive_) sum += static_cast<std::size_t>(std::popcount(w));
    return sum;
  }

  /// What any solution weighs at least: nodes that all refer to each other (all but the heaviest
  /// must go), then circles that share no node, each by its lightest.
  long lower_bound() const {
    long bound = 0;
    Row free = alive_;
    each_bit(alive_.data(), words_, [&](std::size_t v) {
      if (test(free.data(), v)) bound += take_clique(v, free);
    });
    Row starts = free;
    each_bit(starts.data(), words_, [&](std::size_t v) {
      if (test(free.data(), v)) bound += take_circle(v, free);
    });
    return bound;
  }

  /// The node that most circles are likely to go through.
  std::size_t busiest() const {
    std::size_t best = 0;
    double best_score = -1;
    each_bit(alive_.data(), words_, [&](std::size_t v) {
      std::size_t ins = 0, outs = 0, pairs = 0;
      for (std::size_t w = 0; w < words_; ++w) {
        ins += static_cast<std::size_t>(std::popcount(in(v)[w]));
        outs += static_cast<std::size_t>(std::popcount(out(v)[w]));
        pairs += static_cast<std::size_t>(std::popcount(in(v)[w] & out(v)[w]));
      }
      const double score =
          (static_cast<double>(ins * outs) + 4.0 * static_cast<double>(pairs)) / weight_[v];
      if (score > best_score) {
        best_score = score;
        best = v;
      }
    });
    return best;
  }

  /// The strongly connected components of what is left, as problems of their own.
  std::vector<Bits> parts() const {
    std::vector<Bits> result;
    Row open = alive_;
    each_bit(alive_.data(), words_, [&](std::size_t v) {
      if (!test(open.data(), v)) return;
      const Row ahead = closure(v, out_);
      const Row behind = closure(v, in_);
      Row both(words_);
      for (std::size_t w = 0; w < words_; ++w) {
        both[w] = ahead[w] & behind[w];
        open[w] &= ~both[w];
      }
      List members;
      each_bit(both.data(), words_, [&](std::size_t m) { members.push_back(m); });
      if (members.size() > 1) result.push_back(inside(members));
    });
    return result;
  }

  std::size_t size() const { return n_; }

 private:
  using Row = std::vector<Word>;

  struct Ends {
    int ins = 0;
    int outs = 0;
    std::size_t first_in = 0;
    std::size_t first_out = 0;
    bool two_way = true;  ///< Every edge has one back.
  };

  static void set(Word* row, std::size_t v) { row[v / k_bits] |= Word{1} << (v % k_bits); }
  static void clear(Word* row, std::size_t v) { row[v / k_bits] &= ~(Word{1} << (v % k_bits)); }
  static bool test(const Word* row, std::size_t v) {
    return ((row[v / k_bits] >> (v % k_bits)) & 1U) != 0;
  }
  Word* in(std::size_t v) { return in_.data() + v * words_; }
  Word* out(std::size_t v) { return out_.data() + v * words_; }
  const Word* in(std::size_t v) const { return in_.data() + v * words_; }
  const Word* out(std::size_t v) const { return out_.data() + v * words_; }

  Ends ends_of(std::size_t v) const {
    Ends ends;
    for (std::size_t w = words_; w-- > 0;) {
      const Word i = in(v)[w];
      const Word o = out(v)[w];
      ends.ins += std::popcount(i);
      ends.outs += std::popcount(o);
      ends.two_way = ends.two_way && i == o;
      if (i != 0) ends.first_in = w * k_bits + static_cast<std::size_t>(std::countr_zero(i));
      if (o != 0) ends.first_out = w * k_bits + static_cast<std::size_t>(std::countr_zero(o));
    }
    return ends;
  }

  /// Whether v's neighbours, all two-way, all refer to each other and none is heavier than v: then
  /// some optimum has all of them and not v (rule CORE).
  bool is_core(std::size_t v) const {
    bool core = true;
    each_bit(out(v), words_, [&](std::size_t s) {
      if (!core) return;
      core = weight_[s] <= weight_[v];
      for (std::size_t w = 0; core && w < words_; ++w) {
        Word wanted = out(v)[w];
        if (w == s / k_bits) wanted &= ~(Word{1} << (s % k_bits));
        core = (wanted & ~(in(s)[w] & out(s)[w])) == 0;
      }
    });
    return core;
  }

  /// A clique of two-way edges around v among `free`, taken out of it: its least cost.
  long take_clique(std::size_t v, Row& free) const {
    Row candidates(words_);
    for (std::size_t w = 0; w < words_; ++w) candidates[w] = in(v)[w] & out(v)[w] & free[w];
    List clique{v};
    for (;;) {
      std::size_t next = n_;
      for (std::size_t w = 0; w < words_ && next == n_; ++w) {
        if (candidates[w] != 0)
          next = w * k_bits + static_cast<std::size_t>(std::countr_zero(candidates[w]));
      }
      if (next == n_) break;
      clique.push_back(next);
      for (std::size_t w = 0; w < words_; ++w) candidates[w] &= in(next)[w] & out(next)[w];
      clear(candidates.data(), next);
    }
    if (clique.size() == 1) return 0;
    long sum = 0;
    int heaviest = 0;
    for (const std::size_t member : clique) {
      clear(free.data(), member);
      sum += weight_[member];
      heaviest = std::max(heaviest, weight_[member]);
    }
    return sum - heaviest;
  }

  /// A shortest circle through v among `free`, taken out of it: its least cost.
  long take_circle(std::size_t v, Row& free) const {
    std::vector<Row> levels;
    Row seen(words_, 0);
    Row level(words_, 0);
    set(level.data(), v);
    for (bool first = true;; first = false) {
      Row next(words_, 0);
      bool any = false;
      each_bit(level.data(), words_, [&](std::size_t u) {
        for (std::size_t w = 0; w < words_; ++w) next[w] |= out(u)[w];
      });
      if (!first && test(next.data(), v)) {
        levels.push_back(std::move(level));
        break;
      }
      for (std::size_t w = 0; w < words_; ++w) {
        next[w] &= free[w] & ~seen[w];
        seen[w] |= next[w];
        any = any || next[w] != 0;
      }
      levels.push_back(std::move(level));
      if (!any) return 0;
      level = std::move(next);
    }
    // Back from v through the levels.
    int lightest = weight_[v];
    std::size_t at = v;
    clear(free.data(), v);
    for (std::size_t l = levels.size(); l-- > 1;) {
      std::size_t found = n_;
      for (std::size_t w = 0; w < words_ && found == n_; ++w) {
        const Word hit = levels[l][w] & in(at)[w];
        if (hit != 0) found = w * k_bits + static_cast<std::size_t>(std::countr_zero(hit));
      }
      at = found;
      clear(free.data(), at);
      lightest = std::min(lightest, weight_[at]);
    }
    return lightest;
  }

  Row closure(std::size_t v, const Row& edges) const {
    Row reached(words_, 0);
    Row fresh(words_, 0);
    set(reached.data(), v);
    set(fresh.data(), v);
    for (bool any = true; any;) {
      any = false;
      Row next(words_, 0);
      each_bit(fresh.data(), words_, [&](std::size_t u) {
        for (std::size_t w = 0; w < words_; ++w) next[w] |= edges[u * words_ + w];
      });
      for (std::size_t w = 0; w < words_; ++w) {
        next[w] &= ~reached[w];
        reached[w] |= next[w];
        any = any || next[w] != 0;
      }
      fresh = std::move(next);
    }
    return reached;
  }

  Bits inside(const List& members) const {
    List names;
    std::vector<int> weight;
    List number(n_, n_);
    for (std::size_t i = 0; i < members.size(); ++i) {
      names.push_back(names_[members[i]]);
      weight.push_back(weight_[members[i]]);
      number[members[i]] = i;
    }
    Bits result(members.size(), names, weight);
    for (const std::size_t m : members) {
      each_bit(out(m), words_, [&](std::size_t s) {
        if (number[s] != n_) result.connect(number[m], number[s]);
      });
    }
    return result;
  }

  std::size_t n_, words_;
  Row in_, out_, alive_;
  List names_;  ///< Of the nodes, in the problem as a whole.
  std::vector<int> weight_;
};

struct Found {
  List nodes;
  long cost = 0;
};

class Search {
 public:
  explicit Search(std::size_t& budget) : budget_(budget) {}

  /// The lightest solution that costs less than `limit`, as far as the budget goes.
  std::optional<Found> solve(Bits problem, long limit) {
    Found found;
    if (!problem.reduce(found.nodes, found.cost, limit)) return std::nullopt;
    if (problem.left() == 0) return less(std::move(found), limit);
    if (!spend(problem.left())) return std::nullopt;
    std::vector<Bits> parts = problem.parts();
    std::vector<long> bounds;
    long rest = 0;
    for (const Bits& part : parts) rest += bounds.emplace_back(part.lower_bound());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      rest -= bounds[i];
      const long room = limit - found.cost - rest;
      if (bounds[i] >= room) return std::nullopt;
      auto part = branch(std::move(parts[i]), room);
      if (!part) return std::nullopt;
      found.cost += part->cost;
      found.nodes.insert(found.nodes.end(), part->nodes.begin(), part->nodes.end());
    }
    return less(std::move(found), limit);
  }

 private:
  static std::optional<Found> less(Found found, long limit) {
    if (found.cost >= limit) return std::nullopt;
    return found;
  }

  bool spend(std::size_t nodes) {
    const std::size_t cost = 1 + nodes * nodes / 1024;
    if (budget_ < cost) {
      budget_ = 0;
      return false;
    }
    budget_ -= cost;
    return true;
  }

  std::optional<Found> branch(Bits problem, long limit) {
    const std::size_t v = problem.busiest();
    Found taken;
    Bits with = problem;
    with.take(v, taken.nodes, taken.cost);
    std::optional<Found> best = solve(std::move(with), limit - taken.cost);
    if (best) {
      best->cost += taken.cost;
      best->nodes.push_back(taken.nodes.front());
      limit = best->cost;
    }
    problem.bypass(v);
    if (auto without = solve(std::move(problem), limit)) best = std::move(without);
    return best;
  }

  std::size_t& budget_;
};

}  // namespace

std::optional<std::vector<std::size_t>> open_circles_exactly(const CircleProblem& problem,
                                                             long limit, std::size_t& budget) {
  List names(problem.size());
  for (std::size_t v = 0; v < names.size(); ++v) names[v] = v;
  Bits bits(problem.size(), names, problem.weight);
  for (std::size_t v = 0; v < problem.size(); ++v) {
    for (const std::size_t s : problem.out[v]) bits.connect(v, s);
  }
  auto found = Search(budget).solve(std::move(bits), limit);
  if (!found) return std::nullopt;
  return std::move(found->nodes);
}

}  // namespace flowferry::plan
