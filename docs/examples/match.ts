/* Puts a posting, matches a resume in pages, and shows a refusal.

   npx -p typescript tsc --strict --target es2022 --module commonjs match.ts && node match.js http://127.0.0.1:8000

   Needs no package. The key, where the service has keys, is taken from CM_KEY. */

export {};

declare const process: { argv: string[]; env: Record<string, string | undefined> };

interface Stored { id: string; kind: Kind; tag: string; sequence: number }
interface Answer { id: string; matches: Found[]; total: number; next: string | null }
interface Found { rank: number; id: string; kind: Kind; title: string; employer: string; place: string; match: Brief }
interface Brief {
  score: number;
  interval: [number, number];
  eligibility: string;
  eligibility_words: string;
  standing: "E" | "N" | "U"; // every hard requirement met, one not met, one not stated
  standing_words: string;
  summary: string;
  in_common: string[];
  missing: string[];
  not_stated: string[];
  question: string | null; // whose answer would tell most
}
interface Problem { type: string; title: string; status: number; detail: string; pointer?: string; request_id?: string }
interface Question {
  query: { kind: Kind; text: string } | { kind: Kind; id: string };
  explain: "brief";
  limit?: number;
  cursor?: string;
}
type Kind = "posting" | "resume";

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.type}: ${problem.detail}`);
  }
}

const ADDRESS = process.argv[2] ?? "http://127.0.0.1:8000";
const RETRIES = 3;
const POSTING = "LCSW or LPC licensed in Texas required. TF-CBT with adolescents after trauma. EMDR preferred. Spanish required.";
const RESUME = `Jane Example, LCSW
Austin, TX

Licensed Clinical Social Worker, Texas, 2019.

Experience
Therapist, 2019 - present: TF-CBT and family therapy with adolescents after trauma in an outpatient clinic.`;

/** The answer to a request; a refusal is thrown as Refused. Asked again, with the same Idempotency-Key, where that is of use. */
async function ask<Shape>(method: "PUT" | "POST", path: string, body: object): Promise<Shape> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (process.env.CM_KEY) headers["Authorization"] = `Bearer ${process.env.CM_KEY}`;
  if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID();
  for (let attempt = 0; ; attempt++) {
    let wait = 0.25 * 2 ** attempt;
    try {
      const answer = await fetch(ADDRESS + path, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(60_000) });
      if (answer.ok) return (await answer.json()) as Shape;
      const problem = (await answer.json()) as Problem;
      wait += Number(answer.headers.get("Retry-After") ?? 0);
      if (![429, 503].includes(answer.status) || wait > 120 || attempt === RETRIES) throw new Refused(problem);
    } catch (error) {
      if (error instanceof Refused || attempt === RETRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * (wait + Math.random() / 4)));
  }
}

function show(matches: Found[]): void {
  for (const { rank, id, match } of matches) {
    console.log(`${rank}. ${id} | ${match.score} | ${match.standing} ${match.standing_words} | ${match.question ?? "nothing to ask"}`);
  }
}

async function main(): Promise<void> {
  const stored = await ask<Stored>("PUT", "/v1/postings/example-1", { title: "Outpatient Therapist", place: "Austin, TX", text: POSTING });
  console.log("stored", stored.id);

  const question: Question = { query: { kind: "resume", text: RESUME }, explain: "brief", limit: 2 };
  const page = await ask<Answer>("POST", "/v1/match", question);
  show(page.matches);
  if (page.next) {
    // the same question with the cursor goes on in the same ranking
    show((await ask<Answer>("POST", "/v1/match", { ...question, cursor: page.next })).matches);
  }

  try {
    await ask<Answer>("POST", "/v1/match", { query: { kind: "resume", id: "nobody" }, explain: "brief" } satisfies Question);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.log("refused", error.problem.status, error.problem.type, error.problem.detail);
  }
}

void main();
