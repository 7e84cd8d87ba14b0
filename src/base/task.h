// base/task.h
//
// A coroutine that yields one value: the unit of work that waits (for the network, for its turn).
// Knows no event loop; who resumes a waiting task is the business of what it waits for.
//
// Style that keeps coroutines safe with GCC 12: parameters by value or as references to objects
// that outlive the task; nothing but named variables and calls in a co_await expression (no braced
// temporaries, no lambda coroutines with captures that die before they finish).
#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace flowferry {

template <class T>
class Task;

namespace detail {

struct FinalAwaiter {
  bool await_ready() noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
    const auto& promise = self.promise();
    if (promise.first_run || !promise.continuation) return std::noop_coroutine();
    return promise.continuation;
  }
  void await_resume() noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> continuation;
  bool first_run = false;  ///< Within await_task(), which looks itself whether the task is done.
  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  // Our code returns errors as values; an exception here is a bug, and main reports it.
  void unhandled_exception() { std::terminate(); }
};

/// Runs `task` up to where it waits; false when it is done, so that `caller` goes on at once. A
/// loop over tasks that do not wait thus needs no stack, also in builds without tail calls
/// (sanitizers).
template <class Promise>
bool await_task(std::coroutine_handle<Promise> task, std::coroutine_handle<> caller) noexcept {
  Promise& promise = task.promise();
  promise.continuation = caller;
  promise.first_run = true;
  task.resume();
  promise.first_run = false;
  return !task.done();
}

}  // namespace detail

/// Lazy: it starts when it is awaited. Move-only; destroying a task that is waiting abandons it.
template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::PromiseBase {
    std::optional<T> value;
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    template <class U>
    void return_value(U&& result) {
      value.emplace(std::forward<U>(result));
    }
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> caller) noexcept {
    return detail::await_task(handle_, caller);
  }
  T await_resume() { return std::move(*handle_.promise().value); }

 private:
  std::coroutine_handle<promise_type> handle_;
};

template <>
class [[nodiscard]] Task<void> {
 public:
  struct promise_type : detail::PromiseBase {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    void return_void() {}
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> caller) noexcept {
    return detail::await_task(handle_, caller);
  }
  void await_resume() const noexcept {}

 private:
  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

/// A coroutine nobody waits for: it runs at once and frees itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

inline Detached run_detached(Task<void> task) {
  co_await task;
}

}  // namespace detail

/// Starts `task` now; it owns itself from here on. What it refers to must outlive it.
inline void start(Task<void> task) {
  detail::run_detached(std::move(task));
}

/// A one-shot event: any number of tasks wait, set() resumes them all. Waiting on a set event does
/// not wait. Not thread-safe: one event loop, one thread.
class Event {
 public:
  bool is_set() const { return set_; }
  void set() {
    set_ = true;
    auto waiting = std::exchange(waiting_, {});
    for (auto handle : waiting) handle.resume();
  }
  auto operator co_await() {
    struct Awaiter {
      Event& event;
      bool await_ready() const noexcept { return event.set_; }
      void await_suspend(std::coroutine_handle<> handle) { event.waiting_.push_back(handle); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

 private:
  bool set_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

namespace detail {

struct Gathering {
  explicit Gathering(std::size_t n) : left(n) {}
  std::size_t left;
  Event done;
};

template <class T>
Task<void> collect(Task<T> task, std::optional<T>& slot, Gathering& gathering) {
  slot.emplace(co_await task);
  if (--gathering.left == 0) gathering.done.set();
}

inline Task<void> collect_void(Task<void> task, Gathering& gathering) {
  co_await task;
  if (--gathering.left == 0) gathering.done.set();
}

}  // namespace detail

/// Runs all tasks side by side and returns their values in the order of `tasks`.
template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> slots(tasks.size());
  detail::Gathering gathering(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    start(detail::collect(std::move(tasks[i]), slots[i], gathering));
  }
  if (!slots.empty()) co_await gathering.done;
  std::vector<T> values;
  values.reserve(slots.size());
  for (auto& slot : slots) values.push_back(std::move(*slot));
  co_return values;
}

inline Task<void> gather(std::vector<Task<void>> tasks) {
  detail::Gathering gathering(tasks.size());
  const bool any = !tasks.empty();
  for (auto& task : tasks) start(detail::collect_void(std::move(task), gathering));
  if (any) co_await gathering.done;
}

}  // namespace flowferry
