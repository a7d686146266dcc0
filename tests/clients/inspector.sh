#!/usr/bin/env bash
# The Inspector's command line, in three ways of choosing the protocol era: lint of the schemas, a success, a refusal, a load.
#
#   inspector.sh FOLDER_OF_THE_BINARIES
#
# Wants `npm ci` in this folder first (it brings the Node the Inspector needs).
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binaries=$(cd "${1:-target/debug}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH="$here/node_modules/.bin:$PATH" HOME="$work" MCP_INSPECTOR_SECRET_STORE=memory
passed=0 failed=0

check() { # WHAT EXPECTED FOUND [DETAIL]
  if [[ "$2" == "$3" ]]; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED $1: expected $2, found $3 ${4:-}"
  fi
}

inspect() { # SERVER ARGUMENTS...: leaves what it said in $work/out and $work/err
  local server=$1
  shift
  timeout 60 mcp-inspector --cli --protocol-era "$era" -e HOTEL_DATA="$work/hotel-$era" -e GUEST_EMAIL=sarah@example.com \
    "$binaries/$server" "$@" >"$work/out" 2>"$work/err"
}

for era in legacy auto modern; do
  for server in staff-server guest-server; do
    inspect "$server" --strict --method tools/list
    check "$era $server lint" 0 $? "$(tail -1 "$work/err")"
    # Some clients refuse an input schema over what the lint calls a warning. Output schemas may say that a field is nullable.
    check "$era $server findings on input schemas" 0 "$(grep -c 'Path: inputSchema' "$work/err")" "$(grep -m3 -A1 'Path: inputSchema' "$work/err")"
    check "$era $server errors" 0 "$(grep -c '^Error' "$work/err")" "$(grep -m3 -A2 '^Error' "$work/err")"

    inspect "$server" --method tools/call --tool-name cancel_booking --tool-args-json '{"booking_number":"BK-9999"}'
    check "$era $server refusal exits with" 5 $?
    check "$era $server refusal" 1 "$(grep -c '"error_code": "BOOKING_NOT_FOUND"' "$work/out")"
  done

  inspect staff-server --method prompts/get --prompt-name check_out_a_guest --prompt-args guest_email=sarah@example.com
  check "$era staff-server prompt" 0 $? "$(cat "$work/err")"
  check "$era staff-server prompt says what was given" 1 "$(grep -c 'guest_email: .*sarah@example.com' "$work/out")" "$(cat "$work/out")"
  inspect guest-server --method tools/call --tool-name search_bookings_on_behalf_of_guest
  check "$era guest-server search" 0 $?
  check "$era guest-server finds the guest's booking" 1 "$(grep -c '"booking_number": "BK-0003"' "$work/out")"
  inspect guest-server --method tools/call --tool-name check_in_guest
  check "$era guest-server check-in" 0 $? "$(cat "$work/err")"
  inspect staff-server --method tools/call --tool-name process_guest_checkout \
    --tool-args-json '{"guest_email":"sarah@example.com","payment_method_id":"pm_card_visa"}'
  check "$era staff-server check-out" 0 $? "$(cat "$work/err")"

  inspect staff-server --method tools/call --tool-name search_rooms_on_behalf_of_staff --load --load-concurrency 100 --load-requests 500
  check "$era staff-server load" 0 $?
  check "$era staff-server answers of the load" 1 "$(grep -c '"ok": 500' "$work/out")" "$(cat "$work/out")"
done
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
