// Languages, and how numbers are said.

export const LANGUAGES = {
  EN: {
    tag: "en",
    name: "English",
    example: "The harbour was quiet before dawn, and a single lamp burned at the end of the pier.",
    passage:
      "On clear mornings I walk down to the river before anyone is awake. The water is low, the " +
      "stones are cold, and two grey herons stand where the current bends. By eight the first " +
      "boats are out, and I go home to make coffee.",
  },
  ES: {
    tag: "es",
    name: "Español",
    example: "El puerto estaba en calma antes del amanecer y una sola lámpara ardía al final del muelle.",
    passage:
      "En las mañanas claras bajo al río antes de que despierte nadie. El agua está baja, las " +
      "piedras están frías y dos garzas grises esperan donde gira la corriente. A las ocho salen " +
      "las primeras barcas y vuelvo a casa a preparar café.",
  },
  FR: {
    tag: "fr",
    name: "Français",
    example: "Le port était calme avant l’aube, et une seule lampe brûlait au bout de la jetée.",
    passage:
      "Par les matins clairs, je descends à la rivière avant que quiconque se réveille. L’eau est " +
      "basse, les pierres sont froides, et deux hérons gris attendent là où le courant tourne. À " +
      "huit heures, les premières barques sortent et je rentre faire du café.",
  },
  ZH: {
    tag: "zh-Hans",
    name: "中文",
    example: "黎明前的港口很安静，码头尽头只亮着一盏灯。",
    passage:
      "天气晴朗的早晨，我会在大家醒来之前走到河边。水很浅，石头很凉，两只灰鹭站在河水转弯的地方。" +
      "八点钟，第一批小船出发了，我就回家煮咖啡。",
  },
  JP: {
    tag: "ja",
    name: "日本語",
    example: "夜明け前の港は静かで、桟橋の先に明かりがひとつだけ灯っていた。",
    passage:
      "晴れた朝は、まだ誰も起きていないうちに川まで歩きます。水は少なく、石は冷たく、流れの曲がる所に" +
      "灰色のサギが二羽立っています。八時になると最初の舟が出るので、家に帰ってコーヒーをいれます。",
  },
  KR: {
    tag: "ko",
    name: "한국어",
    example: "동이 트기 전 항구는 고요했고, 부두 끝에는 등불 하나만 켜져 있었다.",
    passage:
      "맑은 아침이면 아무도 깨지 않았을 때 강가로 걸어 내려갑니다. 물은 얕고 돌은 차갑고, 물길이 굽이치는 " +
      "곳에 회색 왜가리 두 마리가 서 있습니다. 여덟 시가 되면 첫 배가 나가고, 나는 집에 돌아와 커피를 끓입니다.",
  },
};

// A conversation to try: who says each line (0 or 1), and in which words.
export const DIALOGUE = [
  {
    by: 0,
    EN: "Did you hear the bell last night?",
    ES: "¿Oíste la campana anoche?",
    FR: "Tu as entendu la cloche, cette nuit ?",
    ZH: "你昨晚听见钟声了吗？",
    JP: "ゆうべの鐘の音、聞こえた？",
    KR: "어젯밤에 종소리 들었어?",
  },
  {
    by: 1,
    EN: "I did. Twice, far out, and then nothing more.",
    ES: "Sí. Dos veces, a lo lejos, y después nada más.",
    FR: "Oui. Deux fois, très loin, et puis plus rien.",
    ZH: "听见了。远远的，响了两下，就没有了。",
    JP: "うん。遠くで二回鳴って、それっきり。",
    KR: "응. 멀리서 두 번 울리고는 그쳤어.",
  },
  {
    by: 0,
    EN: "Then somebody is still out there.",
    ES: "Entonces todavía hay alguien ahí fuera.",
    FR: "Alors il y a encore quelqu’un là-bas.",
    ZH: "那外面一定还有人。",
    JP: "じゃあ、まだ誰かいるんだね。",
    KR: "그럼 아직 누가 거기 있구나.",
  },
];

const SPEAKERS = {
  "EN-US": "American",
  "EN-BR": "British",
  "EN-GB": "British",
  "EN-AU": "Australian",
  "EN-INDIA": "Indian",
  "EN-DEFAULT": "Default",
  "EN-NEWEST": "Newest",
};

export const languageName = (code) => LANGUAGES[code]?.name ?? code;
export const languageTag = (code) => LANGUAGES[code]?.tag ?? "en";

const ACCENTS = { a: "American ", b: "British " };
const KOKORO = /^([a-z])([fm])_(\w+)$/; // af_heart: American, female, Heart

/** A base speaker as a person would say it: EN_INDIA is Indian, a lone FR is the standard one. */
export function speakerName(speaker, language) {
  const kind = kindOf(speaker);
  return kind ? `${shortName(speaker, language)} (${kind})` : shortName(speaker, language);
}

/** What a speaker is told apart by beside the name, as far as that is known. */
export function kindOf(speaker) {
  const [, accent, sex] = speaker.match(KOKORO) ?? [];
  return sex ? `${ACCENTS[accent] ?? ""}${sex === "f" ? "woman" : "man"}` : "";
}

/** The same without what tells namesakes apart. */
export function shortName(speaker, language) {
  const named = speaker.match(KOKORO)?.[3];
  if (named) return upperFirst(named);
  const upper = speaker.toUpperCase().replaceAll("_", "-");
  const rest = upper.startsWith(`${language}-`) ? speaker.slice(language.length + 1) : speaker;
  return SPEAKERS[upper] ?? (upper === language ? "Standard" : rest);
}

const upperFirst = (word) => word.charAt(0).toUpperCase() + word.slice(1);

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const signed = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)}`;
export const count = (number) => number.toLocaleString("en");
export const size = (bytes) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** A voice's quality report as pairs of words. */
export function qualityWords({ speech_seconds, total_seconds, signal_to_noise_db, clipping, rms_dbfs }) {
  return [
    ["Speech", `${speech_seconds.toFixed(1)} s of ${total_seconds.toFixed(1)} s`],
    ["Background", noiseWords(signal_to_noise_db)],
    ["Level", levelWords(rms_dbfs)],
    ["Clipping", clipping > 0.001 ? `${(100 * clipping).toFixed(1)}% of the samples` : "none to hear"],
  ];
}

function noiseWords(db) {
  if (db === null) return "too short to measure it";
  if (db < 1) return "as loud as the speech, or louder";
  const words = db >= 30 ? "very quiet" : db >= 20 ? "quiet" : db >= 10 ? "some noise" : "noisy";
  return `${words} (${Math.round(db)} dB below the speech)`;
}

function levelWords(dbfs) {
  const words = dbfs < -40 ? "very low" : dbfs < -30 ? "low" : dbfs > -10 ? "high" : "good";
  return `${words} (${Math.round(dbfs)} dBFS)`;
}
