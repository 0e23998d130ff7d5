# Browser tests need Debian's Chromium. Install it when we may; otherwise they are skipped and say why.
if [ -z "$(command -v chromium)" ] && [ "$(id -u)" = 0 ] && [ -n "$(command -v apt-get)" ]; then
  echo "Đang cài Chromium cho kiểm thử trình duyệt…"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 || true
fi
