#include "net/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace flowferry::net {
namespace {

constexpr std::size_t k_max_head = 1024 * 1024;
/// Seconds. What must not be sent twice takes no connection that was idle for longer: the server
/// may be closing it just then.
constexpr long k_short_idle = 5;
constexpr char k_try_again[] = "try again; check the network";

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

/// "http://user:secret@proxy:3128" without what stands before the '@'.
std::string without_user(std::string_view url) {
  const std::size_t at = url.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  const std::size_t scheme = url.find("://");
  const std::string_view front =
      scheme == std::string_view::npos ? std::string_view() : url.substr(0, scheme + 3);
  return std::string(front) + std::string(url.substr(at + 1));
}

std::string in_words(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000)
                                  : fmt::format("{} ms", time.count());
}

Error network_error(std::string_view code, std::string message, std::string hint) {
  Error error;
  error.kind = ErrorKind::network;
  error.code = code;
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

}  // namespace

Transfer::Transfer(HttpRequest request, TransferOptions options)
    : request_(std::move(request)), options_(std::move(options)) {}

Transfer::~Transfer() {
  curl_slist_free_all(headers_);
}

// What would let a value from outside end its header and start another one.
Result<void> Transfer::check() const {
  for (const auto& [name, value] : request_.headers) {
    if (!has_control_character(name) && !has_control_character(value)) continue;
    return fail(network_error(failure::k_bad_request,
                              "the header " + printable(name) + " holds a control character",
                              "look for a line break in the credentials or the configuration"));
  }
  if (has_control_character(request_.target) || !request_.target.starts_with('/')) {
    return fail(network_error(failure::k_bad_request,
                              "the request target " + printable(request_.target) + " is not valid",
                              {}));
  }
  return {};
}

Result<void> Transfer::prepare(CURL* easy) {
  auto checked = check();
  if (!checked) return checked;
  easy_ = easy;
  const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  const std::string url = request_.origin + request_.target;
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  if (options_.resend == Resend::no) set(CURLOPT_MAXAGE_CONN, k_short_idle);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  set(CURLOPT_ERRORBUFFER, message_.data());
  // An empty string keeps libcurl from reading the environment by itself.
  set(CURLOPT_PROXY, options_.proxy.c_str());
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!options_.ca_bundle.empty()) {
    set(CURLOPT_CAINFO, options_.ca_bundle.c_str());
    set(CURLOPT_PROXY_CAINFO, options_.ca_bundle.c_str());
  }
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_sending);
  set(CURLOPT_PREREQDATA, static_cast<void*>(this));

  const auto add = [this](const std::string& line) {
    headers_ = curl_slist_append(headers_, line.c_str());
  };
  for (const auto& [name, value] : request_.headers) {
    // libcurl's way to say "a header without a value".
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  for (const char* unwanted : {"Accept", "Expect", "Content-Type"}) {
    if (!find_header(request_.headers, unwanted)) add(std::string(unwanted) + ":");
  }
  set(CURLOPT_HTTPHEADER, headers_);

  const bool with_body =
      !request_.body.empty() || request_.method == "POST" || request_.method == "PUT";
  if (with_body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_POSTFIELDS, request_.body.data());  // Not copied: request_ outlives the transfer.
  } else if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  return {};
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(bytes, size * count);
  transfer.head_size_ += line.size();
  if (transfer.head_size_ > k_max_head) {
    transfer.too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // Also after an interim answer such as 100.
    transfer.response_ = {};
    transfer.head_complete_ = false;
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      const std::string_view rest = line.substr(space + 1);
      std::from_chars(rest.data(), rest.data() + rest.size(), transfer.response_.status);
    }
    return line.size();
  }
  if (trim(line).empty()) transfer.head_complete_ = true;
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.response_.headers.emplace_back(trim(line.substr(0, colon)),
                                            trim(line.substr(colon + 1)));
  }
  return line.size();
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  std::string& body = transfer.response_.body;
  const std::size_t length = size * count;
  if (body.size() + length > transfer.options_.max_answer) {
    transfer.too_large_ = true;
    return 0;
  }
  if (body.empty()) {
    curl_off_t announced = -1;
    curl_easy_getinfo(transfer.easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    const auto most = static_cast<curl_off_t>(transfer.options_.max_answer);
    if (announced > 0 && announced <= most) body.reserve(static_cast<std::size_t>(announced));
  }
  body.append(bytes, length);
  return length;
}

/// Called before each sending: a second time where libcurl sends once more by itself.
int Transfer::on_sending(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.sending_ && transfer.options_.resend == Resend::no) return CURL_PREREQFUNC_ABORT;
  transfer.sending_ = true;
  return CURL_PREREQFUNC_OK;
}

Result<HttpResponse> Transfer::finish(CURLcode code) {
  // libcurl takes a connection that ends within the head for a whole answer without a body.
  if (code == CURLE_OK && !head_complete_) code = CURLE_PARTIAL_FILE;
  if (code == CURLE_OK) return std::move(response_);
  return fail(explain(code));
}

Error Transfer::cancelled_error() const {
  Error error;
  error.kind = ErrorKind::cancelled;
  error.message = sending_ ? "stopped while waiting for the answer of " + request_.origin
                           : std::string("stopped before the request was sent");
  error.outcome_unknown = sending_;
  return error;
}

std::string Transfer::reason(CURLcode code) const {
  return message_[0] != '\0' ? message_.data() : curl_easy_strerror(code);
}

Error Transfer::explain(CURLcode code) const {
  Error error = too_large_ ? too_large() : sending_ ? after_sending(code) : before_sending(code);
  if (error.subject.empty()) error.subject = options_.origin_source;
  error.http_status = response_.status;
  error.outcome_unknown = sending_;
  return error;
}

Error Transfer::too_large() const {
  return network_error(failure::k_too_large,
                       fmt::format("the answer of {} is larger than {} MB", request_.origin,
                                   options_.max_answer / (1024 * 1024)),
                       "check that the endpoint is the service's");
}

// No byte of the request can have reached the server.
Error Transfer::before_sending(CURLcode code) const {
  const std::string& origin = request_.origin;
  const std::string proxy = without_user(options_.proxy);
  const std::string& said = options_.proxy_source;
  const std::string proxy_hint = "check " + (said.empty() ? "HTTPS_PROXY" : said);
  long proxy_status = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300) {
    return network_error(failure::k_proxy,
                         fmt::format("the proxy {} refused the connection to {} with status {}",
                                     proxy, origin, proxy_status),
                         proxy_hint + ", its user and password, and NO_PROXY");
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return network_error(failure::k_name,
                           fmt::format("the name of {} cannot be resolved", origin),
                           "check the region, the endpoint and the network");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return network_error(failure::k_name,
                           fmt::format("the name of the proxy {} cannot be resolved", proxy),
                           proxy_hint);
    case CURLE_PROXY:
      return network_error(failure::k_proxy,
                           fmt::format("the proxy {} failed: {}", proxy, reason(code)),
                           proxy_hint + " and NO_PROXY");
    case CURLE_OPERATION_TIMEDOUT:
      return network_error(
          failure::k_timeout,
          fmt::format("no connection to {} within {}", origin,
                      in_words(std::min(options_.connect_timeout, options_.timeout))),
          "check the endpoint, the network and whether a proxy is needed");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return network_error(
          failure::k_tls, fmt::format("{} is not trusted: {}", origin, reason(code)),
          options_.ca_bundle.empty()
              ? "if a proxy or a private authority signs for it, name its "
                "certificates in AWS_CA_BUNDLE"
              : "check the certificates in " + options_.ca_bundle +
                    (options_.ca_bundle_source.empty() ? ""
                                                       : " (" + options_.ca_bundle_source + ")"));
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
      return network_error(failure::k_handshake,
                           fmt::format("no TLS connection to {}: {}", origin, reason(code)),
                           "check that the endpoint speaks https");
    case CURLE_URL_MALFORMAT:
      return network_error(failure::k_bad_request,
                           fmt::format("\"{}\" is no usable address", printable(origin)),
                           "check the endpoint");
    default:
      return network_error(failure::k_refused,
                           fmt::format("no connection to {}{}", origin,
                                       proxy.empty() ? "" : " by way of the proxy " + proxy),
                           proxy.empty()
                               ? "check that the endpoint is right and running, and the network"
                               : proxy_hint + ", that the proxy is running, and NO_PROXY");
  }
}

Error Transfer::after_sending(CURLcode code) const {
  const std::string& origin = request_.origin;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return network_error(
          failure::k_timeout,
          fmt::format("no whole answer of {} within {}", origin, in_words(options_.timeout)),
          k_try_again);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return network_error(failure::k_not_http,
                           fmt::format("what {} answers is not HTTP: {}", origin, reason(code)),
                           "check the endpoint's scheme and port");
    case CURLE_ABORTED_BY_CALLBACK:  // It would have been sent twice.
      return network_error(failure::k_lost,
                           fmt::format("the connection to {} was closed before an answer", origin),
                           k_try_again);
    case CURLE_PARTIAL_FILE:
      return network_error(failure::k_cut_off, fmt::format("the answer of {} was cut off", origin),
                           k_try_again);
    default:
      if (response_.status != 0) {
        return network_error(failure::k_cut_off,
                             fmt::format("the answer of {} was cut off: {}", origin, reason(code)),
                             k_try_again);
      }
      return network_error(
          failure::k_lost,
          fmt::format("the connection to {} was lost before an answer: {}", origin, reason(code)),
          k_try_again);
  }
}

}  // namespace flowferry::net
