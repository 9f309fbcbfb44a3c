// One recording from the microphone, with its level and its length while it is made.

const FORMATS = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/mp4", "m4a"],
];
const SILENT_DB = -60;
export const MAX_SECONDS = 120;

/** Why there is no recording, in words. */
function reasonOf(error) {
  const detail = {
    NotAllowedError: "The browser was told not to hand out the microphone. Allow it for this page, and try again.",
    NotFoundError: "No microphone was found. Plug one in, or bring a file.",
    NotReadableError: "Another program holds the microphone.",
  }[error.name];
  return { title: "The microphone cannot be used", detail: detail ?? error.message };
}

export class Recorder {
  /** `onlevel(0 to 1, seconds)` is called with each frame. */
  constructor(onlevel) {
    this.onlevel = onlevel;
  }

  /** Throws {title, detail} where the microphone cannot be used. */
  async start() {
    if (!navigator.mediaDevices || !globalThis.MediaRecorder) {
      throw { title: "This page cannot record", detail: "Browsers hand out the microphone only over HTTPS or on localhost. Bring a file instead." };
    }
    try {
      // As it is spoken: what cleans up a telephone call takes away what makes a voice.
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: true },
      });
    } catch (error) {
      throw reasonOf(error);
    }
    const [type, suffix] = FORMATS.find(([format]) => MediaRecorder.isTypeSupported(format)) ?? ["", "webm"];
    this.suffix = suffix;
    this.media = new MediaRecorder(this.stream, type ? { mimeType: type, audioBitsPerSecond: 128_000 } : {});
    this.chunks = [];
    this.media.addEventListener("dataavailable", ({ data }) => this.chunks.push(data));
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 2048;
    this.context.createMediaStreamSource(this.stream).connect(this.analyser);
    this.frame = new Float32Array(this.analyser.fftSize);
    this.started = performance.now();
    this.media.start(1000);
    this.watch();
  }

  get recording() {
    return this.media?.state === "recording";
  }

  get seconds() {
    return (performance.now() - this.started) / 1000;
  }

  watch() {
    if (!this.recording) return;
    this.analyser.getFloatTimeDomainData(this.frame);
    const power = this.frame.reduce((sum, sample) => sum + sample * sample, 0) / this.frame.length;
    const db = 10 * Math.log10(power + 1e-12);
    this.onlevel(Math.min(1, Math.max(0, 1 - db / SILENT_DB)), this.seconds);
    requestAnimationFrame(() => this.watch());
  }

  /** The recording as a file: {blob, suffix, seconds}. */
  stop() {
    const { seconds } = this;
    return new Promise((resolve) => {
      this.media.addEventListener("stop", () => {
        for (const track of this.stream.getTracks()) track.stop();
        this.context.close();
        this.onlevel(0, seconds);
        resolve({ blob: new Blob(this.chunks, { type: this.media.mimeType }), suffix: this.suffix, seconds });
      }, { once: true });
      this.media.stop();
    });
  }
}
