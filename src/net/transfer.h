// net/transfer.h
//
// One request on a libcurl easy handle: the options, the callbacks, and what its result means.
// Used by event_loop.cpp only.
#pragma once

#include <curl/curl.h>

#include <array>
#include <string>

#include "net/transport.h"

namespace flowferry::net {

/// Must not move while a handle refers to it.
class Transfer {
 public:
  Transfer(HttpRequest request, TransferOptions options);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Sets everything on a fresh or reset handle. Errors: network (bad-request).
  Result<void> prepare(CURL* easy);
  /// The answer, or what `code` means. Call before the handle is reset.
  Result<HttpResponse> finish(CURLcode code);
  const std::string& origin() const { return request_.origin; }
  std::chrono::milliseconds timeout() const { return options_.timeout; }
  /// The error of a transfer that is given up because the user asked to stop.
  Error cancelled_error() const;

 private:
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_sending(void* self, char*, char*, int, int);
  Result<void> check() const;
  Error explain(CURLcode code) const;
  Error too_large() const;
  Error before_sending(CURLcode code) const;
  Error after_sending(CURLcode code) const;
  std::string reason(CURLcode code) const;

  HttpRequest request_;
  TransferOptions options_;
  HttpResponse response_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::size_t head_size_ = 0;
  bool head_complete_ = false;
  bool too_large_ = false;
  bool sending_ = false;  ///< From here on the server may have seen the request.
  std::array<char, CURL_ERROR_SIZE> message_{};
};

}  // namespace flowferry::net
