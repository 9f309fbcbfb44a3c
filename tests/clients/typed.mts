// What TypeScript has to take of phonex.d.ts, and what it must not.
import { Batch, Job, Phonex, Problem } from "./phonex.js";

const phonex = new Phonex({ url: "http://127.0.0.1:8000", apiKey: () => null });
const { job, audio } = await phonex.speak("Hello.", { format: "mp3" }, { onProgress: (at: Job) => at.progress });
const size: number = audio.size + (job.seconds ?? 0);
const made = await phonex.submitBatch([{ text: "One.", title: "First" }], { title: "Both" });
const ended = await phonex.waitBatch(made.batch_id, { onProgress: (at: Batch) => at.counts.completed });
const told: string[] = ended.items.map((item) => item.problem?.detail ?? item.status);
for await (const at of phonex.events(job.audio_id)) if (at.status === "completed") console.log(size, told);
try {
  // @ts-expect-error
  await phonex.speak("Hello.", { format: "mp4" });
} catch (error) {
  if (error instanceof Problem) console.log(error.name, error.retryAfterS);
}
