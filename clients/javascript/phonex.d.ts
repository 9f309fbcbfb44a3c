/** A client of Phonex. Answers are the service's own JSON: its `/openapi.json` describes every field. */

export type AudioFormat = "wav" | "mp3" | "flac" | "opus" | "ogg" | "aac" | "pcm" | "ulaw" | "alaw";
export type JobState = "queued" | "processing" | "completed" | "failed" | "cancelled";

/** How a text is said. What is absent, the service chooses. */
export interface Manner {
  /** EN, ES, FR, ZH, JP or KR, or a BCP 47 tag. */
  language?: string;
  speaker?: string;
  /** 0.5 to 2. */
  speed?: number;
  /** -12 to 12 semitones. */
  pitch?: number;
  format?: AudioFormat;
  seed?: number;
  pronunciations?: Record<string, string>;
  /** Hz, 8000 to 48000. */
  sample_rate?: number;
  input_type?: "text" | "ssml";
  /** Say when each word is heard, with the job. */
  timestamps?: "word";
  /** Called when the job has ended, where the operator allows its host. */
  callback_url?: string;
}

export interface Speaking extends Manner {
  /** A registered voice, by id or name; a base speaker speaks where absent. */
  voice_id?: string;
  /** Make all of a stream even if nobody listens any more. */
  keep?: boolean;
}

/** How patient a client is; `most: 0` sends everything once. */
export interface Retries {
  /** Tries after the first; 10. */
  most?: number;
  /** From the first failure on; 60. */
  patienceS?: number;
  firstPauseS?: number;
  longestPauseS?: number;
  /** Wait even for a service that has never answered; false. */
  unmet?: boolean;
}

export interface Options {
  signal?: AbortSignal;
  /** Told each second of a pause before a request is sent again, and null when it goes on. */
  onWait?: (problem: Problem | null, seconds?: number) => void;
  retries?: Retries;
  /** The same key and request are the same job, however often they are sent. */
  idempotencyKey?: string;
}

export interface Waiting extends Options {
  onProgress?: (job: Job) => void;
  timeoutS?: number;
}

export interface Request extends Options {
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
}

export interface Accepted {
  audio_id: string;
  status: JobState;
  seed: number | null;
  speaker: string | null;
  seconds: number | null;
  warnings: string[];
}

export interface Similarity {
  cosine: number | null;
  verdict: "same" | "between" | "others" | null;
  below_same: number | null;
  above_others: number | null;
  model: string | null;
  same: Record<string, number> | null;
  others: Record<string, number> | null;
  missing: string | null;
}

export interface Job {
  audio_id: string;
  job_id: string;
  kind: string | null;
  status: JobState;
  progress: number;
  pieces_done: number;
  pieces_total: number;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  error: string | null;
  problem: string | null;
  speaker: string | null;
  seconds: number | null;
  size_bytes: number | null;
  format: string | null;
  similarity: Similarity | null;
  warnings: string[];
  marks: { name: string; seconds: number }[];
}

/** What POST /tts or, with a voice_id, POST /clone takes. */
export interface BatchText extends Manner {
  text: string;
  voice_id?: string;
  /** Of your own; it comes back with the item. */
  id?: string;
  /** Of its file and of its chapter. */
  title?: string;
}

export interface BatchItem {
  index: number;
  id: string;
  title: string;
  kind: string;
  status: JobState | "waiting" | "deleted" | "refused";
  progress: number;
  audio_id: string | null;
  seconds: number | null;
  size_bytes: number | null;
  format: string | null;
  problem: { type: string; title: string; status: number; detail: string } | null;
  warnings: string[];
}

export interface Batch {
  batch_id: string;
  title: string;
  state: "processing" | "ended";
  total: number;
  counts: Record<BatchItem["status"], number>;
  progress: number;
  created_at: number;
}

export interface BatchPage extends Batch {
  items: BatchItem[];
  next: number | null;
}

export interface Voice {
  voice_id: string;
  name: string;
  engine: string;
  engine_version: string;
  speech_seconds: number;
  created_at: number;
  consent: boolean;
  record_id: string;
  similarity: Similarity | null;
}

export interface DeletedVoice {
  record_id: string;
  engine: string;
  created_at: number;
  deleted_at: number;
  consent: boolean;
}

export interface Consent {
  consent?: boolean;
  consent_speaker?: string;
  consent_words?: string;
  consent_language?: string;
  consent_recording?: Blob;
}

export interface Reading {
  language: string;
  said: string;
  words: { text: string; said: string; start: number; end: number; phones: string | null; language: string }[];
  warnings: string[];
}

export interface Verification {
  generated: boolean;
  seconds: number;
  watermark: { technique: string; found: boolean; p_value: number; speed: number | null };
  audio_id: string | null;
  message: string;
}

/** What went wrong; `status` is 0 where nobody answered. */
export class Problem extends Error {
  readonly status: number;
  /** "urn:phonex:problem:voice-not-found" */
  readonly type: string;
  /** "voice-not-found" */
  get name(): string;
  readonly title: string;
  readonly detail: string;
  readonly errors: { field: string; message: string }[];
  readonly retryAfterS: number | null;
  readonly requestId: string;
  readonly members: Record<string, unknown>;
  /** Whether the same request may succeed a little later. */
  get passing(): boolean;
}

/** Bytes as they are made, to be iterated over once; a connection that breaks is gone on with. Who
 * leaves the loop hangs up. */
export class AudioStream implements AsyncIterable<Uint8Array> {
  private constructor();
  readonly audioId: string;
  readonly mediaType: string;
  readonly heard: number;
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void>;
  blob(): Promise<Blob>;
}

export class Phonex {
  constructor(options?: {
    url?: string | URL;
    /** A key, or what finds it each time. */
    apiKey?: string | null | (() => string | null);
    retries?: Retries;
    timeoutS?: number;
  });
  get url(): string;
  speak(text: string, how?: Speaking, options?: Waiting): Promise<{ job: Job; audio: Blob }>;
  clone(text: string, sample: Blob, how?: Manner & { consent?: boolean }, options?: Waiting): Promise<{ job: Job; audio: Blob }>;
  submit(text: string, how?: Speaking, options?: Options): Promise<Accepted>;
  stream(text: string, how?: Speaking, options?: Options): Promise<AudioStream>;
  follow(audioId: string, options?: Options): Promise<AudioStream>;
  wait(audioId: string, options?: Waiting): Promise<Job>;
  job(audioId: string, options?: Options & { waitS?: number }): Promise<Job>;
  jobs(asked?: { state?: JobState; kind?: string; before?: string; limit?: number }, options?: Options): Promise<{ jobs: Job[]; count: number; next: string | null }>;
  audio(audioId: string, options?: Options): Promise<Blob>;
  deleteAudio(audioId: string, options?: Options): Promise<{ message: string }>;
  captions(audioId: string, form?: "vtt" | "srt" | "json", options?: Options): Promise<string>;
  quality(audioId: string, options?: Options): Promise<{ audio_id: string; similarity: Similarity | null; warnings: string[] }>;
  submitBatch(items: BatchText[], about?: { title?: string }, options?: Options): Promise<Batch & { refused: BatchItem[] }>;
  batch(batchId: string, options?: Options & { start?: number; limit?: number; waitS?: number }): Promise<BatchPage>;
  waitBatch(batchId: string, options?: Options & { onProgress?: (batch: Batch) => void; timeoutS?: number }): Promise<BatchPage>;
  batchAudio(batchId: string, form?: "zip" | "m4b", options?: Options & { partial?: boolean }): Promise<Blob>;
  deleteBatch(batchId: string, options?: Options): Promise<{ message: string }>;
  events(audioId: string, options?: Options): AsyncGenerator<Job, void, void>;
  read(text: string, how?: { language?: string; speaker?: string; input_type?: "text" | "ssml" }, options?: Options): Promise<Reading>;
  verify(recording: Blob, options?: Options): Promise<Verification>;
  registerVoice(name: string, samples: Blob | Blob[], consent?: Consent, options?: Options): Promise<Voice>;
  voices(options?: Options): Promise<Voice[]>;
  deletedVoices(options?: Options): Promise<DeletedVoice[]>;
  voice(name: string, options?: Options): Promise<Voice>;
  deleteVoice(name: string, options?: Options): Promise<{ message: string }>;
  exportVoice(name: string, options?: Options): Promise<Blob>;
  importVoice(file: Blob, as?: { name?: string; consent?: boolean }, options?: Options): Promise<Voice>;
  speakers(options?: Options): Promise<Record<string, string[]>>;
  phones(language: string, options?: Options): Promise<{ language: string; notation: string; help: string; example: Record<string, string>; phones: string[] }>;
  health(options?: Options): Promise<Record<string, unknown> & { status: string; tts_ready: boolean; version: string }>;
  request(path: string, request?: Request): Promise<Response>;
}

/** A key no other request has. */
export function newKey(): string;
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
