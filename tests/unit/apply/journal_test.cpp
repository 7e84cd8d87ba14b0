#include "apply/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <random>

#include "base/files.h"
#include "base/hash.h"
#include "base/json/value.h"

namespace flowferry::apply {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A folder of its own for each test, gone afterwards.
class JournalTest : public ::testing::Test {
 protected:
  JournalTest() {
    char name[] = "/tmp/flowferry-journal-XXXXXX";
    folder_ = ::mkdtemp(name);
    path_ = folder_ / "journal.db";
  }
  ~JournalTest() override {
    std::error_code code;
    if (!HasFailure()) fs::remove_all(folder_, code);
  }

  std::unique_ptr<Journal> open() {
    auto journal = Journal::open(path_);
    EXPECT_TRUE(journal) << one_line(journal.error());
    return journal ? *std::move(journal) : nullptr;
  }

  std::string bytes() const { return read_file(path_).value_or(""); }

  fs::path folder_, path_;
};

RunRecord sample_run(const std::string& id) {
  RunRecord run;
  run.id = id;
  run.command = "migrate";
  run.of_run = "";
  run.state = RunState::running;
  run.from = "dev";
  run.to = "本番 \"1\"";
  run.source_arn = "arn:aws:connect:ap-northeast-1:1:instance/s";
  run.target_arn = "arn:aws:connect:ap-northeast-1:2:instance/t";
  run.digest = "d";
  run.plan = "{\n  \"plan\": \"テスト\"\n}\n";
  run.version = "0.1.0";
  run.user = "akira";
  run.host = "host";
  run.pid = 4711;
  run.started = "2026-01-15T12:00:00Z";
  return run;
}

/// Puts a run with its plan, as every run has one.
bool put(Journal& journal, const RunRecord& run) {
  return journal.put_run(run) &&
         journal.put_plan(run.id, [&](const Sink& sink) { return sink(run.plan); });
}

OperationRecord sample_operation(std::size_t sequence) {
  OperationRecord operation;
  operation.sequence = sequence;
  operation.type = "update-content";
  operation.kind = "contact-flow";
  operation.name = "予約 '\"; DROP TABLE runs; --";
  operation.flow_type = "CONTACT_FLOW";
  operation.target_id = "id";
  operation.target_arn = "arn";
  operation.state = OperationState::started;
  operation.before = std::string("before\0with a zero", 18);
  operation.content = "{\"x\":\"\\u0000 é 😀\"}";
  operation.client_token = "token";
  operation.started = "2026-01-15T12:00:01Z";
  return operation;
}

void expect_equal(const RunRecord& a, const RunRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.command, b.command);
  EXPECT_EQ(a.of_run, b.of_run);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.from, b.from);
  EXPECT_EQ(a.to, b.to);
  EXPECT_EQ(a.source_arn, b.source_arn);
  EXPECT_EQ(a.target_arn, b.target_arn);
  EXPECT_EQ(a.digest, b.digest);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.user, b.user);
  EXPECT_EQ(a.host, b.host);
  EXPECT_EQ(a.pid, b.pid);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.finished, b.finished);
  EXPECT_EQ(a.error, b.error);
}

void expect_equal(const OperationRecord& a, const OperationRecord& b) {
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.flow_type, b.flow_type);
  EXPECT_EQ(a.target_id, b.target_id);
  EXPECT_EQ(a.target_arn, b.target_arn);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.before, b.before);
  EXPECT_EQ(a.content, b.content);
  EXPECT_EQ(a.client_token, b.client_token);
  EXPECT_EQ(a.request_id, b.request_id);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.finished, b.finished);
}

TEST_F(JournalTest, GivesBackWhatWasWritten) {
  {
    auto journal = open();
    ASSERT_TRUE(put(*journal, sample_run("r1")));
    ASSERT_TRUE(journal->put_operation("r1", sample_operation(1)));
    ASSERT_TRUE(journal->put_operation("r1", sample_operation(0)));
    ASSERT_TRUE(journal->put_result("r1", NodeResult{3, "id", "arn", "mark"}));
    ASSERT_TRUE(journal->commit());
  }
  auto journal = Journal::open_existing(path_);
  ASSERT_TRUE(journal);
  const auto run = (*journal)->run("r1");
  ASSERT_TRUE(run && *run);
  expect_equal(**run, sample_run("r1"));
  EXPECT_EQ((*run)->plan, sample_run("r1").plan);
  const auto operations = (*journal)->operations("r1");
  ASSERT_TRUE(operations);
  ASSERT_EQ(operations->size(), 2U);
  expect_equal(operations->at(0), sample_operation(0));
  expect_equal(operations->at(1), sample_operation(1));
  const auto results = (*journal)->results("r1");
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 1U);
  EXPECT_EQ(results->at(0).node, 3U);
  EXPECT_EQ(results->at(0).mark, "mark");
  EXPECT_FALSE(*(*journal)->run("r2"));
  EXPECT_TRUE((*journal)->operations("r2")->empty());
}

TEST_F(JournalTest, ReplacesWhatChanges) {
  auto journal = open();
  RunRecord run = sample_run("r1");
  ASSERT_TRUE(put(*journal, run));
  run.state = RunState::failed;
  run.finished = "2026-01-15T12:00:09Z";
  run.error = "broken";
  run.pid = 12;
  ASSERT_TRUE(journal->put_run(run));
  OperationRecord operation = sample_operation(0);
  ASSERT_TRUE(journal->put_operation("r1", operation));
  for (const OperationState state :
       {OperationState::planned, OperationState::started, OperationState::done,
        OperationState::failed, OperationState::skipped}) {
    operation.state = state;
    operation.error = std::string(to_string(state));
    ASSERT_TRUE(journal->put_operation("r1", operation));
    expect_equal(journal->operations("r1")->at(0), operation);
  }
  ASSERT_TRUE(journal->commit());
  expect_equal(**journal->run("r1"), run);
  EXPECT_EQ(journal->operations("r1")->size(), 1U);
}

TEST_F(JournalTest, LeavesOutLargeContentsForWhoDoesNotNeedThem) {
  auto journal = open();
  OperationRecord on_alias = sample_operation(1);
  on_alias.type = "publish-alias";
  ASSERT_TRUE(journal->put_run(sample_run("r1")));
  ASSERT_TRUE(journal->put_operation("r1", sample_operation(0)));
  ASSERT_TRUE(journal->put_operation("r1", on_alias));
  const auto operations = journal->operations("r1", Journal::Contents::of_aliases);
  ASSERT_TRUE(operations);
  OperationRecord without = sample_operation(0);
  without.content.clear();
  expect_equal(operations->at(0), without);
  expect_equal(operations->at(1), on_alias);
}

TEST_F(JournalTest, ListsTheNewestRunFirst) {
  auto journal = open();
  for (const char* id : {"b", "a", "c"}) {
    RunRecord run = sample_run(id);
    run.started = std::string("2026-01-15T12:00:0") + (id[0] == 'a' ? "9" : "1") + "Z";
    ASSERT_TRUE(journal->put_run(run));
  }
  ASSERT_TRUE(journal->commit());
  const auto runs = journal->runs();
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 3U);
  EXPECT_EQ(runs->at(0).id, "a");
  EXPECT_EQ(runs->at(1).id, "c") << "of two at the same second the later one";
  EXPECT_TRUE(runs->at(0).plan.empty());
}

/// At least so many bytes, in characters of every length.
std::string large_text(std::size_t size) {
  static const std::string k_mixed = "a é 予約 😀 ";
  std::string out;
  while (out.size() < size) out += k_mixed;
  return out;
}

TEST_F(JournalTest, KeepsALargePlanInPartsOfWholeCharacters) {
  RunRecord run = sample_run("r1");
  run.plan = large_text(5 << 20) + std::string(1, '\0') + "end";
  {
    auto journal = open();
    ASSERT_TRUE(journal->put_run(run));
    // However it comes.
    ASSERT_TRUE(journal->put_plan("r1", [&](const Sink& sink) -> Result<void> {
      std::mt19937 random(9);
      for (std::size_t at = 0; at < run.plan.size();) {
        const std::size_t size = random() % (random() % 8 == 0 ? 3'000'000 : 50'000);
        auto done = sink(std::string_view(run.plan).substr(at, size));
        if (!done) return done;
        at += size;
      }
      return {};
    }));
    ASSERT_TRUE(put(*journal, sample_run("r0")));
    RunRecord empty = sample_run("r2");
    empty.plan.clear();
    ASSERT_TRUE(put(*journal, empty));
    ASSERT_TRUE(journal->commit());
  }
  EXPECT_EQ((*open()->run("r1"))->plan, run.plan);
  EXPECT_EQ((*open()->run("r0"))->plan, sample_run("r0").plan);
  EXPECT_EQ((*open()->run("r2"))->plan, "");
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  std::vector<std::string> parts;
  const auto collect = [](void* to, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(to)->emplace_back(values[0]);
    return 0;
  };
  ASSERT_EQ(sqlite3_exec(database, "SELECT text FROM plan_parts WHERE run='r1' ORDER BY part",
                         collect, &parts, nullptr),
            SQLITE_OK);
  EXPECT_GE(parts.size(), 5U);
  for (const std::string& part : parts) {
    EXPECT_LE(part.size(), 1U << 20);
    EXPECT_NE(static_cast<unsigned char>(part.front()) & 0xC0U, 0x80U);
  }
  sqlite3_close(database);
}

TEST_F(JournalTest, NoticesAPartOfAPlanThatIsMissingMovedOrChanged) {
  RunRecord run = sample_run("r1");
  run.plan = large_text(5 << 20);
  {
    auto journal = open();
    ASSERT_TRUE(put(*journal, run));
    ASSERT_TRUE(journal->commit());
  }
  const std::string good = bytes();
  for (const char* damage :
       {"DELETE FROM plan_parts WHERE part=0", "DELETE FROM plan_parts WHERE part=3",
        "DELETE FROM plan_parts WHERE last=1", "DELETE FROM plan_parts",
        "UPDATE plan_parts SET part=99 WHERE part=1",
        "UPDATE plan_parts SET text='x' || text WHERE part=2",
        "UPDATE plan_parts SET last=1 WHERE part=4"}) {
    ASSERT_TRUE(write_file(path_, good));
    EXPECT_EQ((*open()->run("r1"))->plan, run.plan);
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, damage, nullptr, nullptr, nullptr), SQLITE_OK) << damage;
    sqlite3_close(database);
    const auto read = open()->run("r1");
    ASSERT_FALSE(read) << damage;
    EXPECT_EQ(read.error().kind, ErrorKind::malformed);
    EXPECT_THAT(read.error().message, HasSubstr("the plan of run \"r1\"")) << damage;
  }
}

TEST_F(JournalTest, KeepsNothingOfAPlanThatCannotBeWritten) {
  auto journal = open();
  ASSERT_TRUE(journal->put_run(sample_run("r1")));
  const auto put = journal->put_plan("r1", [](const Sink& sink) -> Result<void> {
    if (auto done = sink(large_text(2 << 20)); !done) return done;
    return fail(ErrorKind::io, "no more");
  });
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().message, "no more");
  EXPECT_FALSE(journal->run("r1")) << "a plan without its end is none";
}

/// As version 1 made it.
void make_version_1(const fs::path& path, const std::string& plan) {
  {
    auto journal = Journal::open(path);
    ASSERT_TRUE((*journal)->put_run(sample_run("old")));
    ASSERT_TRUE((*journal)->put_operation("old", sample_operation(0)));
    ASSERT_TRUE((*journal)->commit());
  }
  const auto part = [](const std::string& text) {
    return std::to_string(text.size()) + ":" + (text.size() <= 64 ? text : sha256_hex(text)) + "\n";
  };
  const std::string seal = sha256_hex(part("old") + part(plan)).substr(0, 32);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  const std::string sql =
      "DROP TABLE plan_parts; UPDATE meta SET value='1';"
      "CREATE TABLE plans(run TEXT PRIMARY KEY REFERENCES runs(id), plan TEXT NOT NULL, checksum "
      "TEXT NOT NULL); INSERT INTO plans VALUES('old','" +
      plan + "','" + seal + "');";
  ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

TEST_F(JournalTest, ReadsVersion1AndGoesOnWithIt) {
  const std::string plan = large_text(3 << 20);
  make_version_1(path_, plan);
  const std::string before = bytes();
  {
    auto journal = Journal::open_existing(path_);
    ASSERT_TRUE(journal) << one_line(journal.error());
    EXPECT_EQ((*(*journal)->run("old"))->plan, plan);
    EXPECT_EQ((*journal)->operations("old")->size(), 1U);
  }
  EXPECT_EQ(bytes(), before) << "who only reads changes nothing";
  {
    // A run can be resumed in it as it is, and a new one be made.
    auto journal = Journal::open_existing(path_);
    RunRecord run = sample_run("old");
    run.state = RunState::failed;
    ASSERT_TRUE((*journal)->put_run(run));
    ASSERT_TRUE((*journal)->put_operation("old", sample_operation(1)));
    ASSERT_TRUE((*journal)->commit());
  }
  {
    auto journal = open();
    ASSERT_TRUE(put(*journal, sample_run("new")));
    ASSERT_TRUE(journal->commit());
  }
  auto journal = open();
  EXPECT_EQ((*journal->run("old"))->plan, plan);
  EXPECT_EQ((*journal->run("old"))->state, RunState::failed);
  EXPECT_EQ(journal->operations("old")->size(), 2U);
  EXPECT_EQ((*journal->run("new"))->plan, sample_run("new").plan);
}

TEST_F(JournalTest, NoticesADamagedPlanOfVersion1) {
  make_version_1(path_, "{}");
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "UPDATE plans SET plan='{ }'", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  for (const bool writing : {false, true}) {
    auto journal = writing ? Journal::open(path_) : Journal::open_existing(path_);
    ASSERT_TRUE(journal);
    const auto run = (*journal)->run("old");
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().kind, ErrorKind::malformed);
  }
}

TEST_F(JournalTest, IsReadableByAnybodyWithSqlite) {
  {
    auto journal = open();
    ASSERT_TRUE(journal->put_run(sample_run("r1")));
    ASSERT_TRUE(journal->commit());
  }
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  std::vector<std::string> rows;
  const auto collect = [](void* to, int columns, char** values, char**) {
    for (int i = 0; i < columns; ++i) {
      static_cast<std::vector<std::string>*>(to)->emplace_back(values[i] ? values[i] : "");
    }
    return 0;
  };
  ASSERT_EQ(sqlite3_exec(database,
                         "SELECT value FROM meta WHERE key='schema_version';"
                         "SELECT state FROM runs; PRAGMA journal_mode; PRAGMA application_id;",
                         collect, &rows, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  EXPECT_THAT(rows, ::testing::ElementsAre("2", "running", "wal", "1718380153"));
}

TEST_F(JournalTest, KeepsWhatWasCommittedWhenTheProcessIsKilled) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto journal = Journal::open(path_);
    if (!journal) ::_exit(1);
    (void)put(**journal, sample_run("kept"));
    (void)(*journal)->commit();
    (void)put(**journal, sample_run("lost"));
    ::_exit(0);  // no destructor: as if killed
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto journal = open();
  EXPECT_TRUE(*journal->run("kept"));
  EXPECT_FALSE(*journal->run("lost"));
}

TEST_F(JournalTest, ReservesRoomThatIsNotPartOfWhatItSays) {
  const fs::path log = path_.string() + "-wal";
  const pid_t child = ::fork();
  if (child == 0) {
    auto journal = Journal::open(path_);
    auto other = Journal::open(path_);
    if (!journal || !other) ::_exit(1);
    (*journal)->reserve(1 << 20);
    if (fs::file_size(log) < 1 << 20) ::_exit(2);
    (void)put(**journal, sample_run("before"));
    (void)(*journal)->commit();
    // Somebody else's frames are not written over, and neither are those of before.
    (void)put(**other, sample_run("other"));
    (void)(*other)->commit();
    (*journal)->reserve(2 << 20);
    (void)put(**other, sample_run("after"));
    (void)(*other)->commit();
    if (fs::file_size(log) < 2 << 20 || fs::file_size(log) > 3 << 20) ::_exit(3);
    ::_exit(0);  // no destructor: as if killed
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto journal = open();
  for (const char* run : {"before", "other", "after"}) EXPECT_TRUE(*journal->run(run)) << run;
  journal.reset();
  EXPECT_FALSE(fs::exists(log));
}

TEST_F(JournalTest, DoesWithoutReservedRoomWhereThereIsNone) {
  const fs::path log = path_.string() + "-wal";
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    auto journal = Journal::open(path_);
    if (!journal) ::_exit(1);
    const rlimit limit{256 << 10, 256 << 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    (*journal)->reserve(4 << 20);
    if (fs::file_size(log) != 0) ::_exit(2);
    (void)put(**journal, sample_run("kept"));
    ::_exit((*journal)->commit() ? 0 : 3);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(*open()->run("kept"));
}

TEST_F(JournalTest, MakesItsFolderButNothingForReading) {
  path_ = folder_ / "a" / "b" / "journal.db";
  const auto missing = Journal::open_existing(path_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_FALSE(missing.error().hint.empty());
  EXPECT_FALSE(fs::exists(folder_ / "a"));
  EXPECT_TRUE(Journal::open(path_));
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(JournalTest, DoesNotTakeAnEmptyFileForAJournal) {
  ASSERT_TRUE(write_file(path_, ""));
  const auto read = Journal::open_existing(path_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::malformed);
  EXPECT_EQ(bytes(), "");
  EXPECT_TRUE(Journal::open(path_)) << "for writing it is as good as none";
}

TEST_F(JournalTest, RefusesOtherVersionsAndLeavesThemAsTheyAre) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database,
                         "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
                         "INSERT INTO meta VALUES('schema_version','3');",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  const std::string before = bytes();
  for (const bool writing : {true, false}) {
    const auto journal = writing ? Journal::open(path_) : Journal::open_existing(path_);
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error().kind, ErrorKind::refused);
    EXPECT_THAT(journal.error().message, HasSubstr("schema version 3"));
    EXPECT_FALSE(journal.error().hint.empty());
    EXPECT_EQ(bytes(), before);
  }
}

TEST_F(JournalTest, RefusesOtherFilesAndLeavesThemAsTheyAre) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "CREATE TABLE photos(name TEXT);", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  const std::string other_database = bytes();
  for (const std::string& content :
       {other_database, std::string("not a database"), std::string(5000, 'x'),
        std::string("SQLite format 3\0", 16), std::string(5000, '\0')}) {
    ASSERT_TRUE(write_file(path_, content));
    for (const bool writing : {true, false}) {
      const auto journal = writing ? Journal::open(path_) : Journal::open_existing(path_);
      ASSERT_FALSE(journal) << content.substr(0, 30);
      EXPECT_EQ(journal.error().kind, ErrorKind::malformed) << one_line(journal.error());
      EXPECT_FALSE(journal.error().hint.empty());
      EXPECT_EQ(bytes(), content);
    }
  }
}

TEST_F(JournalTest, SaysSoWhereNothingCanBeWritten) {
  ASSERT_TRUE(write_file(folder_ / "file", "x"));
  for (const fs::path& path :
       {folder_ / "file" / "journal.db", fs::path("/proc/flowferry/journal.db"),
        fs::path("/proc/journal.db"), folder_}) {
    const auto journal = Journal::open(path);
    ASSERT_FALSE(journal) << path;
    EXPECT_EQ(journal.error().kind, ErrorKind::io) << one_line(journal.error());
    EXPECT_FALSE(journal.error().subject.empty());
    EXPECT_THAT(journal.error().hint, HasSubstr("--journal")) << path;
  }
  if (::geteuid() == 0) return;  // who may do everything is not kept out by a mode
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_FALSE(Journal::open(path_));
  fs::permissions(folder_, fs::perms::owner_all);
}

/// Reads everything that a journal can be asked.
void read_all(Journal& journal) {
  const auto runs = journal.runs();
  if (!runs) return;
  for (const RunRecord& run : *runs) {
    (void)journal.run(run.id).has_value();
    (void)journal.results(run.id).has_value();
    const auto operations = journal.operations(run.id);
    if (!operations) continue;
    for (const OperationRecord& operation : *operations) {
      (void)flow_from_json(operation.before).has_value();
    }
  }
}

TEST_F(JournalTest, SurvivesEveryKindOfDamage) {
  {
    auto journal = open();
    for (int r = 0; r < 3; ++r) {
      const std::string id = "r" + std::to_string(r);
      ASSERT_TRUE(put(*journal, sample_run(id)));
      for (std::size_t i = 0; i < 20; ++i) {
        ASSERT_TRUE(journal->put_operation(id, sample_operation(i)));
      }
    }
    ASSERT_TRUE(journal->commit());
  }
  const std::string good = bytes();
  ASSERT_GT(good.size(), 4096U);
  std::mt19937 random(1);
  int refused = 0, opened = 0;
  const auto check = [&](const std::string& damaged) {
    for (const char* tail : {"-wal", "-shm"}) fs::remove(path_.string() + tail);
    ASSERT_TRUE(write_file(path_, damaged));
    auto journal = Journal::open_existing(path_);
    if (!journal) {
      ++refused;
      ASSERT_TRUE(journal.error().kind == ErrorKind::malformed ||
                  journal.error().kind == ErrorKind::refused ||
                  journal.error().kind == ErrorKind::io)
          << one_line(journal.error());
      ASSERT_FALSE(journal.error().hint.empty());
      return;
    }
    ++opened;
    read_all(**journal);
  };
  for (std::size_t length = 0; length < good.size(); length += 509) {
    ASSERT_NO_FATAL_FAILURE(check(good.substr(0, length)));
  }
  for (int round = 0; round < 250; ++round) {
    std::string damaged = good;
    for (std::size_t n = 1 + random() % 3; n > 0; --n) {
      // The first page and the beginnings of pages hold what SQLite relies on.
      const std::size_t at = random() % 2 ? random() % good.size()
                                          : random() % (good.size() / 4096) * 4096 + random() % 120;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
    }
    ASSERT_NO_FATAL_FAILURE(check(damaged));
  }
  EXPECT_GT(refused, 20);
  EXPECT_GT(opened, 20);
}

TEST_F(JournalTest, RefusesStatesThatItDoesNotKnow) {
  {
    auto journal = open();
    ASSERT_TRUE(journal->put_run(sample_run("r1")));
    ASSERT_TRUE(journal->put_operation("r1", sample_operation(0)));
    ASSERT_TRUE(journal->commit());
  }
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(
      sqlite3_exec(database, "UPDATE operations SET state='paused'", nullptr, nullptr, nullptr),
      SQLITE_OK);
  sqlite3_close(database);
  auto journal = open();
  const auto operations = journal->operations("r1");
  ASSERT_FALSE(operations);
  EXPECT_EQ(operations.error().kind, ErrorKind::malformed);
  EXPECT_THAT(operations.error().message, HasSubstr("damaged"));
}

TEST_F(JournalTest, IsMadeOnceByTwoFirstStarts) {
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto journal = Journal::open(path_);
      if (!journal) {
        std::fprintf(stderr, "%s\n", one_line(journal.error()).c_str());
        ::_exit(1);
      }
      const bool good = (*journal)->put_run(sample_run("r" + std::to_string(i))).has_value() &&
                        (*journal)->commit().has_value();
      ::_exit(good ? 0 : 2);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(open()->runs()->size(), 6U);
}

// --- locks

bool alive(const LockRecord&) {
  return true;
}
bool dead(const LockRecord&) {
  return false;
}

LockRecord lock_of(const std::string& run, const std::string& target = "arn:t") {
  return LockRecord{target, run, "host", 7, "start", "2026-01-15T12:00:00Z"};
}

TEST_F(JournalTest, LocksATargetForOneRunAtATime) {
  auto journal = open();
  EXPECT_FALSE(*journal->take_lock(lock_of("r1"), alive));
  auto other = open();
  const auto holder = other->take_lock(lock_of("r2"), alive);
  ASSERT_TRUE(holder && *holder);
  EXPECT_EQ((*holder)->run, "r1");
  EXPECT_EQ((*holder)->host, "host");
  EXPECT_EQ((*holder)->pid, 7);
  EXPECT_EQ((*holder)->process_start, "start");
  EXPECT_EQ((*holder)->since, "2026-01-15T12:00:00Z");
  EXPECT_FALSE(*other->take_lock(lock_of("r2", "arn:other"), alive)) << "another target is free";
  ASSERT_TRUE(journal->release_lock("arn:t", "r1"));
  EXPECT_FALSE(*other->take_lock(lock_of("r2"), alive));
}

TEST_F(JournalTest, TakesTheLockOfADeadHolder) {
  auto journal = open();
  EXPECT_FALSE(*journal->take_lock(lock_of("r1"), alive));
  EXPECT_FALSE(*journal->take_lock(lock_of("r2"), dead));
  const auto holder = journal->take_lock(lock_of("r3"), alive);
  EXPECT_EQ((*holder)->run, "r2");
}

TEST_F(JournalTest, ReleasesOnlyTheOwnLock) {
  auto journal = open();
  EXPECT_FALSE(*journal->take_lock(lock_of("r1"), alive));
  ASSERT_TRUE(journal->release_lock("arn:t", "r2"));
  EXPECT_TRUE(*journal->take_lock(lock_of("r3"), alive));
  ASSERT_TRUE(journal->release_lock("arn:none", "r1")) << "what is not there counts as released";
}

TEST_F(JournalTest, CommitsWhatWasPendingWhenALockIsTaken) {
  auto journal = open();
  ASSERT_TRUE(put(*journal, sample_run("r1")));
  EXPECT_FALSE(*journal->take_lock(lock_of("r1"), alive));
  EXPECT_TRUE(*open()->run("r1"));
}

// --- flows as JSON

TEST(FlowJson, RoundTrips) {
  Flow flow;
  flow.kind = ResourceKind::flow_module;
  flow.id = "id";
  flow.arn = "arn";
  flow.name = "予約 \"A\"\\/ \x01\x1f\x7f \xE2\x80\xA8 😀\t\r\n";
  flow.type = "CONTACT_FLOW";
  flow.description = "説明";
  flow.state = "ACTIVE";
  flow.status = "SAVED";
  flow.content = "{\"a\":\"\\u0000\\ud800 \\/\",\n \"n\":1E3}";
  flow.tags = {{"a", "b"}, {"", ""}, {"キー", "値"}};
  flow.settings = "{}";
  flow.external_invocation = true;
  const std::string text = flow_to_json(flow);
  ASSERT_TRUE(json::parse(text));
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto read = flow_from_json(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, flow.kind);
  EXPECT_EQ(read->id, flow.id);
  EXPECT_EQ(read->arn, flow.arn);
  EXPECT_EQ(read->name, flow.name);
  EXPECT_EQ(read->type, flow.type);
  EXPECT_EQ(read->description, flow.description);
  EXPECT_EQ(read->state, flow.state);
  EXPECT_EQ(read->status, flow.status);
  EXPECT_EQ(read->content, flow.content) << "byte for byte";
  EXPECT_EQ(read->tags, flow.tags);
  EXPECT_EQ(read->settings, flow.settings);
  EXPECT_EQ(read->external_invocation, flow.external_invocation);
}

TEST(FlowJson, RoundTripsRandomText) {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    Flow flow;
    for (std::size_t n = random() % 40; n > 0; --n) {
      // Any character but surrogates and zero, as UTF-8.
      unsigned c = 1 + random() % (random() % 2 ? 0x7F : 0x10FFFF - 1);
      if (c >= 0xD800 && c <= 0xDFFF) c = '"';
      std::string& to = random() % 2 ? flow.content : flow.name;
      if (c < 0x80) {
        to += static_cast<char>(c);
      } else if (c < 0x800) {
        to += static_cast<char>(0xC0 | (c >> 6));
        to += static_cast<char>(0x80 | (c & 0x3F));
      } else if (c < 0x10000) {
        to += static_cast<char>(0xE0 | (c >> 12));
        to += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        to += static_cast<char>(0x80 | (c & 0x3F));
      } else {
        to += static_cast<char>(0xF0 | (c >> 18));
        to += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        to += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        to += static_cast<char>(0x80 | (c & 0x3F));
      }
    }
    const auto read = flow_from_json(flow_to_json(flow));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->content, flow.content);
    ASSERT_EQ(read->name, flow.name);
  }
}

TEST(FlowJson, RefusesWhatIsNoFlow) {
  for (const char* text :
       {"", "{", "[]", "null", "{}", "{\"kind\":\"spaceship\"}", "{\"kind\":1}"}) {
    const auto flow = flow_from_json(text);
    ASSERT_FALSE(flow) << text;
    EXPECT_EQ(flow.error().kind, ErrorKind::malformed);
  }
}

}  // namespace
}  // namespace flowferry::apply
