#include "tests/support/private_services.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "persistence/migrate.hpp"

namespace souk {
namespace {

namespace fs = std::filesystem;

struct Account {
    uid_t user{getuid()};
    gid_t group{getgid()};
};

/// PostgreSQL refuses to run as root; its own account owns the private cluster then.
Account cluster_account() {
    if (getuid() != 0) return {};
    const passwd* postgres = getpwnam("postgres");
    if (postgres == nullptr) throw std::runtime_error("there is no account 'postgres'");
    return {postgres->pw_uid, postgres->pw_gid};
}

std::string make_directory(const char* purpose, Account owner) {
    std::string path = (fs::temp_directory_path() / purpose).string() + "-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make " + path);
    if (chown(path.c_str(), owner.user, owner.group) != 0)
        throw std::runtime_error("cannot give away " + path);
    return path;
}

pid_t spawn(const std::vector<std::string>& command, Account account, const std::string& log) {
    const pid_t child = fork();
    if (child != 0) return child;
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (getuid() == 0 && (setgid(account.group) != 0 || setuid(account.user) != 0)) _exit(126);
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

int wait_for(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

void run(const std::vector<std::string>& command, Account account, const std::string& log) {
    if (wait_for(spawn(command, account, log)) != 0)
        throw std::runtime_error(command[0] + " failed; see " + log);
}

/// The newest server installed; Debian keeps them out of the PATH.
std::string server_program(const std::string& name) {
    std::string newest;
    int version = 0;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
        const int found = std::atoi(entry.path().filename().c_str());
        const auto program = entry.path() / "bin" / name;
        if (found <= version || !fs::exists(program)) continue;
        version = found;
        newest = program.string();
    }
    return newest.empty() ? name : newest;
}

class PrivatePostgres {
public:
    PrivatePostgres()
        : account_(cluster_account()), directory_(make_directory("souk-pg", account_)) {
        const auto log = directory_ + "/log";
        const auto data = directory_ + "/data";
        run({server_program("initdb"), "-D", data, "-U", "souk", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync"},
            account_, log);
        run({server_program("pg_ctl"), "-D", data, "-w", "-l", directory_ + "/server.log", "-o",
             "-k " + directory_ + " -c listen_addresses=''", "start"},
            account_, log);
        url_ = "host=" + directory_ + " user=souk dbname=postgres";
    }
    PrivatePostgres(const PrivatePostgres&) = delete;
    PrivatePostgres& operator=(const PrivatePostgres&) = delete;
    ~PrivatePostgres() {
        const auto stop = spawn(
            {server_program("pg_ctl"), "-D", directory_ + "/data", "-w", "-m", "immediate", "stop"},
            account_, directory_ + "/log");
        wait_for(stop);
        std::error_code ignored;
        fs::remove_all(directory_, ignored);
    }
    const std::string& url() const { return url_; }

private:
    Account account_;
    std::string directory_;
    std::string url_;
};

std::string with_database(const std::string& url, const std::string& name) {
    char* problem = nullptr;
    PQconninfoOption* options = PQconninfoParse(url.c_str(), &problem);
    if (options == nullptr) throw std::runtime_error(problem == nullptr ? "bad URL" : problem);
    std::string changed;
    for (const auto* option = options; option->keyword != nullptr; ++option) {
        if (option->val == nullptr || std::string_view(option->keyword) == "dbname") continue;
        changed += std::string(option->keyword) + "='" + option->val + "' ";
    }
    PQconninfoFree(options);
    return changed + "dbname='" + name + "'";
}

Connection open_or_throw(const std::string& url) {
    auto db = Connection::open({.url = url, .statement_timeout = std::chrono::seconds{60}});
    if (!db) throw std::runtime_error(db.error().message);
    return std::move(*db);
}

void run_or_throw(Connection& db, const std::string& sql) {
    if (const auto done = db.run_script(sql); !done) throw std::runtime_error(done.error().message);
}

std::string unique_name(const char* what) {
    static int count = 0;
    return std::string("souk_") + what + "_" + std::to_string(getpid()) + "_" +
           std::to_string(++count);
}

/// The migrated database that those of single tests are copied from.
class Template {
public:
    Template() : name_(unique_name("template")) {
        auto admin = open_or_throw(test_postgres());
        run_or_throw(admin, "CREATE DATABASE " + name_);
        auto db = open_or_throw(with_database(test_postgres(), name_));
        if (const auto done = migrate(db, embedded_migrations()); !done)
            throw std::runtime_error(done.error().message);
    }
    Template(const Template&) = delete;
    Template& operator=(const Template&) = delete;
    ~Template() {
        auto admin = Connection::open({.url = test_postgres()});
        if (admin) static_cast<void>(admin->run_script("DROP DATABASE IF EXISTS " + name_));
    }
    const std::string& name() const { return name_; }

private:
    std::string name_;
};

bool accepts(const std::string& path) {
    const int client = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const bool connected =
        connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(client);
    return connected;
}

void wait_until_accepting(const std::string& path) {
    for (int attempt = 0; attempt < 1'000; ++attempt) {
        if (accepts(path)) return;
        poll(nullptr, 0, 10);
    }
    throw std::runtime_error("nothing listens on " + path);
}

}  // namespace

const std::string& test_postgres() {
    static const char* given = std::getenv("SOUK_TEST_POSTGRES");
    if (given != nullptr) {
        static const std::string url = given;
        return url;
    }
    static const PrivatePostgres server;
    return server.url();
}

TestDatabase::TestDatabase(Schema schema) : name_(unique_name("test")) {
    auto admin = open_or_throw(test_postgres());
    std::string create = "CREATE DATABASE " + name_;
    if (schema == Schema::migrated) {
        static const Template migrated;
        create += " TEMPLATE " + migrated.name();
    }
    run_or_throw(admin, create);
    url_ = with_database(test_postgres(), name_);
}

TestDatabase::~TestDatabase() {
    auto admin = Connection::open({.url = test_postgres()});
    if (admin) static_cast<void>(admin->run_script("DROP DATABASE " + name_ + " WITH (FORCE)"));
}

// What a test writes without naming a tenant is the default one's.
Connection TestDatabase::connect() const {
    auto db = open_or_throw(url_);
    run_or_throw(db, "SET souk.tenant = '" + to_hex(default_tenant.uuid) + "'");
    return db;
}

TestRedis::TestRedis() : directory_(make_directory("souk-redis", {})) {
    url_ = "unix://" + directory_ + "/socket";
    start();
}

TestRedis::~TestRedis() {
    stop();
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
}

void TestRedis::stop() {
    if (process_ < 0) return;
    kill(process_, SIGKILL);
    wait_for(std::exchange(process_, -1));
}

void TestRedis::start() {
    process_ = spawn({"redis-server", "--port", "0", "--unixsocket", directory_ + "/socket",
                      "--dir", directory_, "--save", "", "--appendonly", "no"},
                     {}, directory_ + "/log");
    wait_until_accepting(directory_ + "/socket");
}

}  // namespace souk
