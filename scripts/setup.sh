# Shared by ./run and ./test: says what it does and installs the Debian packages that are missing.

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

install_packages() {
  local missing=() name
  while read -r name; do
    case "$name" in ''|'#'*) continue ;; esac
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done < packages.txt
  [ ${#missing[@]} -eq 0 ] && return 0
  say "安装缺少的软件包 / installing ${#missing[@]} packages: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    echo "dandang: 需要 root 权限安装软件包，请运行：sudo apt-get install ${missing[*]}" >&2
    return 2
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# build PRESET [TARGET...]: configures where needed and builds with two jobs, showing progress.
build() {
  local preset=$1
  shift
  say "编译 / building ($preset)"
  cmake --preset "$preset" > /dev/null
  cmake --build --preset "$preset" -j2 ${1:+--target "$@"}
}
