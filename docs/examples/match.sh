#!/usr/bin/env bash
# Puts a posting, matches a resume in pages, and shows a refusal: bash match.sh http://127.0.0.1:8000
# Needs curl and jq. The key, where the service has keys, is taken from CM_KEY.
set -euo pipefail

address="${1:-http://127.0.0.1:8000}"
answer="$(mktemp)"
trap 'rm -f "$answer"' EXIT

ask() { # METHOD PATH BODY: the answer; a refusal is told in words, and the status is then 1
  local headers=(-H 'Content-Type: application/json')
  : >"$answer"
  if [[ "$1" == POST ]]; then headers+=(-H "Idempotency-Key: $(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"); fi
  # curl asks again for 429 and 503, after the time in Retry-After. The API key goes in by a file, where no list of processes shows it.
  if curl --silent --fail-with-body --retry 3 --retry-max-time 120 --output "$answer" --request "$1" "${headers[@]}" \
    -H @<(printf '%s\n' "${CM_KEY:+Authorization: Bearer $CM_KEY}") --data @- "$address$2" <<<"$3"; then
    cat "$answer"
  else
    [[ -s "$answer" ]] || { echo "$address does not answer" >&2; exit 2; }
    jq -r '"refused \(.status) \(.type) \(.detail)"' "$answer"
    return 1
  fi
}

show() { # a line for each match of an answer
  jq -r '.matches[] | "\(.rank). \(.id) | \(.match.score) | \(.match.standing) \(.match.standing_words) | \(.match.question // "nothing to ask")"' <<<"$1"
}

posting='{"title": "Outpatient Therapist", "place": "Austin, TX",
  "text": "LCSW or LPC licensed in Texas required. TF-CBT with adolescents after trauma. EMDR preferred. Spanish required."}'
stored="$(ask PUT /v1/postings/example-1 "$posting")"
echo "stored $(jq -r .id <<<"$stored")"

resume='Jane Example, LCSW
Austin, TX

Licensed Clinical Social Worker, Texas, 2019.

Experience
Therapist, 2019 - present: TF-CBT and family therapy with adolescents after trauma in an outpatient clinic.'
question="$(jq -n --arg text "$resume" '{query: {kind: "resume", $text}, explain: "brief", limit: 2}')"
page="$(ask POST /v1/match "$question")"
show "$page"
next="$(jq -r '.next // empty' <<<"$page")"
if [[ -n "$next" ]]; then # the same question with the cursor goes on in the same ranking
  show "$(ask POST /v1/match "$(jq --arg cursor "$next" '. + {$cursor}' <<<"$question")")"
fi

ask POST /v1/match '{"query": {"kind": "resume", "id": "nobody"}}' || true
