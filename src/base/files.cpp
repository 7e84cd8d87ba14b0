#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace flowferry {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_temporary_begin = ".flowferry-";
constexpr std::string_view k_temporary_end = ".tmp";

const char* remedy(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
      return "check the path";
    case EISDIR:
      return "give a file instead of a folder";
    case EACCES:
    case EPERM:
    case EROFS:
      return "check the permissions of the file and of its folder";
    case ENOSPC:
    case EDQUOT:
      return "make room on the disk";
    default:
      return "";
  }
}

tl::unexpected<Error> system_error(const fs::path& path, const char* what, int code) {
  Error error;
  error.kind = code == ENOENT ? ErrorKind::not_found : ErrorKind::io;
  error.message = std::string(what) + ": " + std::strerror(code);
  error.subject = path.string();
  error.hint = remedy(code);
  return tl::unexpected<Error>(std::move(error));
}

/// Closes on scope exit; close() errors matter only for writes, which call finish().
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int finish() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

}  // namespace

Result<std::string> read_file(const fs::path& path) {
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return system_error(path, "cannot open", errno);
  std::string out;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0) {
      if (errno == EINTR) continue;
      return system_error(path, "cannot read", errno);
    }
    if (n == 0) return out;
    out.append(buffer, static_cast<std::size_t>(n));
  }
}

Result<void> write_file(const fs::path& path, std::string_view bytes, unsigned mode,
                        Durable durable) {
  return write_file(
      path, [&](const Sink& sink) { return sink(bytes); }, mode, durable);
}

Result<void> write_file(const fs::path& path, const TextWriter& write, unsigned mode,
                        Durable durable) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code made;
  fs::create_directories(folder, made);
  if (made) return system_error(folder, "cannot make the folder", made.value());

  // A short name of its own: two threads may write the same file, and a crash may have left one.
  static std::atomic<unsigned> counter{0};
  std::string temporary;
  int opened = -1;
  do {
    const std::string name = std::string(k_temporary_begin) + std::to_string(::getpid()) + "-" +
                             std::to_string(counter++) + std::string(k_temporary_end);
    temporary = (folder / name).string();
    opened = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  } while (opened < 0 && errno == EEXIST);
  Descriptor fd(opened);
  if (fd.get() < 0) return system_error(temporary, "cannot create", errno);
  const auto abandon = [&](const char* what) {
    const int code = errno;
    ::unlink(temporary.c_str());
    return system_error(path, what, code);
  };
  const auto written = write([&](std::string_view bytes) -> Result<void> {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd.get(), bytes.data(), bytes.size());
      if (n < 0) {
        if (errno == EINTR) continue;
        return system_error(path, "cannot write", errno);
      }
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  });
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (durable == Durable::yes && ::fsync(fd.get()) != 0) return abandon("cannot write");
  if (fd.finish() != 0) return abandon("cannot write");
  if (::rename(temporary.c_str(), path.c_str()) != 0) return abandon("cannot replace");
  if (durable == Durable::no) return {};
  Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() >= 0) ::fsync(parent.get());
  return {};
}

bool is_temporary(std::string_view name) {
  return name.starts_with(k_temporary_begin) && name.ends_with(k_temporary_end);
}

}  // namespace flowferry
