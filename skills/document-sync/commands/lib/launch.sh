# Read by the launchers in the folder above, which are all the same: hands over to the command that is called as the
# launcher is. What is built in this repository comes first, so that a plugin runs its own version; then what is installed.
launcher=$(readlink -f -- "$0")
name=$(basename -- "$launcher")
root=$(cd -- "$(dirname -- "$launcher")/../../.." && pwd)

if ! command -v node >/dev/null; then
  echo "$name: Node.js 20.19 or later is needed and not on the PATH." >&2
  exit 127
fi
if [ -f "$root/cli/dist/doc.cjs" ]; then exec node "$root/cli/bin/$name.cjs" "$@"; fi

installed=$(command -v "$name")
if [ -n "$installed" ] && [ "$(readlink -f -- "$installed")" != "$launcher" ]; then exec "$installed" "$@"; fi

echo "$name: the Document Sync commands are neither built here nor installed. Do it once:" >&2
if [ -f "$root/setup.mjs" ]; then
  echo "  npm --prefix '$root' run build" >&2
else
  echo "  npm run build && npm install -g ./cli    (in a clone of the document-sync repository)" >&2
fi
exit 127
