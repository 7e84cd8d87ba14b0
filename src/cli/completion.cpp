#include "cli/completion.h"

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "base/text.h"
#include "model/kind.h"
#include "pipeline/config.h"

namespace flowferry::cli {
namespace {

constexpr std::string_view k_bash = R"sh(# bash completion for flowferry; flowferry completion bash
_flowferry() {
  local value about
  COMPREPLY=()
  while IFS=$'\t' read -r value about; do
    case $value in
      :files) compopt -o default ;;
      :folders) compopt -o plusdirs ;;
      *) COMPREPLY+=("$(printf '%q' "$value")") ;;
    esac
  done < <("$1" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _flowferry flowferry
)sh";

constexpr std::string_view k_zsh = R"sh(#compdef flowferry
# zsh completion for flowferry; flowferry completion zsh
_flowferry() {
  local line
  local -a candidates
  for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files ;;
      :folders) _files -/ ;;
      *) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  (( $#candidates )) && _describe -t flowferry flowferry candidates
}
if [ "$funcstack[1]" = _flowferry ]; then _flowferry "$@"; else compdef _flowferry flowferry; fi
)sh";

constexpr std::string_view k_fish = R"sh(# fish completion for flowferry; flowferry completion fish
function __flowferry_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files' ':folders'
                __fish_complete_path "$current"
            case '*'
                echo $line
        end
    end
end
complete -c flowferry -f -a '(__flowferry_complete)'
)sh";

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// An option that a word names: "--format", "-o". Null: none.
const CLI::Option* option_named(const CLI::App& app, const std::string& word) {
  const bool is_long = word.starts_with("--");
  if (!is_long && (word.size() != 2 || word[0] != '-')) return nullptr;
  for (const CLI::Option* option : app.get_options({})) {
    const auto& names = is_long ? option->get_lnames() : option->get_snames();
    for (const std::string& name : names) {
      if (word.substr(is_long ? 2 : 1) == name) return option;
    }
  }
  return nullptr;
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0 && !option.get_type_name().empty();
}

/// The words that are behind the program's name, taken apart.
struct Line {
  const CLI::App* app = nullptr;      ///< The command that they lead to.
  const CLI::Option* open = nullptr;  ///< An option that waits for its value.
  std::size_t positionals = 0;        ///< How many the command has got.
  std::string config;                 ///< --config
  std::string current;                ///< What is being typed.
  std::string prefix;                 ///< "--format=" where the value hangs on it.
};

void take(Line& line, const std::string& word) {
  if (line.open != nullptr) {
    if (line.open->get_name() == "--config") line.config = word;
    line.open = nullptr;
    return;
  }
  const std::size_t equal = word.find('=');
  if (word.starts_with("--") && equal != std::string::npos) {
    if (word.starts_with("--config=")) line.config = word.substr(equal + 1);
    return;
  }
  if (const CLI::Option* option = option_named(*line.app, word)) {
    if (takes_value(*option)) line.open = option;
    return;
  }
  if (word.starts_with("-")) return;
  for (const CLI::App* sub : line.app->get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_name() != word) continue;
    line.app = sub;
    line.positionals = 0;
    return;
  }
  ++line.positionals;
}

Line take_apart(const CLI::App& app, std::vector<std::string> words) {
  Line line;
  line.app = &app;
  if (words.empty()) words.emplace_back();
  // bash cuts at '=': "--format", "=", "do".
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "=") take(line, words[i]);
  }
  line.current = words.back() == "=" ? "" : words.back();
  const std::size_t equal = line.current.find('=');
  if (line.open == nullptr && line.current.starts_with("--") && equal != std::string::npos) {
    line.open = option_named(*line.app, line.current.substr(0, equal));
    line.prefix = line.current.substr(0, equal + 1);
    line.current = line.current.substr(equal + 1);
  }
  return line;
}

class Completer {
 public:
  explicit Completer(const Line& line) : line_(line) {}

  Completion run() {
    if (line_.open != nullptr) {
      values(line_.open->get_type_name());
    } else if (line_.current.starts_with("-")) {
      options();
    } else {
      commands();
      positional();
    }
    return std::move(out_);
  }

 private:
  void offer(const std::string& word, const std::string& about) {
    if (word.starts_with(line_.current))
      out_.candidates.push_back({line_.prefix + word, printable(about)});
  }

  void options() {
    for (const CLI::Option* option : line_.app->get_options({})) {
      for (const std::string& name : option->get_lnames())
        offer("--" + name, first_line(option->get_description()));
      if (option->get_lnames().empty()) {
        for (const std::string& name : option->get_snames())
          offer("-" + name, first_line(option->get_description()));
      }
    }
  }

  void commands() {
    if (line_.positionals > 0) return;
    for (const CLI::App* sub : line_.app->get_subcommands([](const CLI::App*) { return true; })) {
      if (!sub->get_group().empty()) offer(sub->get_name(), first_line(sub->get_description()));
    }
  }

  void positional() {
    std::size_t number = line_.positionals;
    for (const CLI::Option* option : line_.app->get_options({})) {
      if (!option->get_positional()) continue;
      const auto takes = static_cast<std::size_t>(option->get_items_expected_max());
      if (number < takes) {
        // Of several words of one option only the first may be an environment.
        if (number == 0 || takes == 1) values(option->get_type_name());
        return;
      }
      number -= takes;
    }
  }

  /// By the name of the value's type, as the help shows it: "ENV|DIR", "FORMAT:{text,json}".
  void values(const std::string& type) {
    const std::size_t open = type.find('{'), close = type.find('}');
    if (open != std::string::npos && close != std::string::npos && open < close) {
      const std::string set = type.substr(open + 1, close - open - 1);
      for (const std::string_view word : split(set, ',')) offer(std::string(word), "");
      return;
    }
    if (type.find("ENV") != std::string::npos) environments();
    if (type.find("DIR") != std::string::npos) out_.folders = true;
    if (type.find("FILE") != std::string::npos) out_.files = true;
    if (type == "KIND") {
      for (const ResourceKind kind : all_kinds())
        offer(std::string(to_string(kind)), std::string(label(kind)));
    }
  }

  void environments() {
    const std::string path = line_.config.empty() ? "flowferry.yaml" : line_.config;
    const auto text = read_file(path);
    if (!text) return;
    const auto config = pipeline::parse_config(*text, path);
    if (!config) return;
    for (const auto& environment : config->environments) {
      offer(environment.name,
            !environment.bundle.empty() ? "bundle " + environment.bundle : environment.instance);
    }
  }

  const Line& line_;
  Completion out_;
};

}  // namespace

Completion complete(const CLI::App& app, const std::vector<std::string>& words) {
  const Line line = take_apart(app, words);
  return Completer(line).run();
}

std::string completion_lines(const Completion& completion) {
  std::string out;
  for (const auto& candidate : completion.candidates) {
    // A name with a line feed or a tab cannot be typed in one word anyway.
    if (candidate.word.find_first_of("\t\n") != std::string::npos) continue;
    out += candidate.word + "\t" + candidate.about + "\n";
  }
  if (completion.files) out += ":files\n";
  if (completion.folders) out += ":folders\n";
  return out;
}

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return k_bash;
  if (shell == "zsh") return k_zsh;
  if (shell == "fish") return k_fish;
  return {};
}

}  // namespace flowferry::cli
