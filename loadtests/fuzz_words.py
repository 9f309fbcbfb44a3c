"""Words that a fuzzed service is asked with: some right, some nearly, some meant to harm."""

from __future__ import annotations

REAL_AUDIO = "00000000-0000-4000-8000-0000000000aa"  # stand for those that the service has made
REAL_BATCH = "00000000-0000-4000-8000-0000000000bb"
IDS = (
    REAL_AUDIO, REAL_AUDIO, REAL_AUDIO, REAL_BATCH,
    "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e", "x", "..", "%2e%2e%2fetc", "%00", "a" * 300, "%ff",
    "list", "fuzz", "0B5C9E0A6A0E4C1F8F5B0D6A2F1F7F5E", "*", "{audio_id}", "1;drop",
    "%F0%9F%98%80",
)  # fmt: skip
PATHS = (
    "/", "/health", "/healthz", "/readyz", "/docs", "/openapi.json", "/sandbox",
    "/sandbox/limits.json", "/jobs", "/voice/list", "/tts/speakers", "/tts/speakers/{}",
    "/batch/{}", "/batch/{}?start={}",
    "/tts/phones/{}", "/tts/read?text={}", "/voice/{}", "/audio/{}", "/status/{}", "/job/{}",
    "/voice/list/deleted", "/voice/{}/export", "/v1/audio/voices", "/v1/audio/voices/{}",
    "/v1/audio/voice_consents", "/v1/audio/voice_consents/{}",
    "/sandbox/{}", "/{}", "//{}", "/audio/{}/", "/tts", "/clone",
    "/batch", "/batch/{}/audio", "/jobs/{}/events", "/audio/{}/quality", "/webhooks/secret",
    "/audio/{}/captions.vtt", "/audio/{}/captions.srt", "/audio/{}/captions.json", "/verify",
    "/v1/models", "/v1/models/{}", "/v1/audio/models", "/v1/voices", "/v1/voices/{}", "/v2/voices",
    "/v1/audio/speech", "/v1/text-to-speech/{}", "/v1/text-to-speech/{}/stream",
)  # fmt: skip
QUERIES = (
    "", "", "wait=0", "wait=-1", "wait=nan", "wait=x", "wait=0&wait=0", "limit=0", "limit=201",
    "limit=7", "state=queued", "state=x", "kind=tts", "before={}", "before=", "%00=%ff",
    "stream=true", "stream=x", "start=-1", "start=2147483648", "as=zip", "format=m4b",
    "partial=true", "download=true", "page_size=0", "search={}",
    "a" * 2000, "&&==",
)  # fmt: skip
# The server reads no others: it answers those itself, in plain text.
METHODS = (
    "GET", "GET", "GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH", "POST", "TRACE", "LOCK",
)  # fmt: skip
HEADERS = {
    "Range": ("bytes=0-3", "Bytes=-5", "bytes=5-", "bytes=0-1,3-4", "bytes=-0", "x=1",
              "bytes=9" * 99),
    "If-None-Match": ("*", '"x"', 'W/"x"', "x", '"' * 50, '"a", "b", *'),
    "If-Match": ("*", '"x"', "", "x, y"),
    "If-Range": ('"x"', "Wed, 21 Oct 2015 07:28:00 GMT", "x"),
    "Accept": ("*/*", "text/html", "", "q=;;;", "application/json;q=0"),
    "Prefer": ("respond-async", "wait=0", "wait=-1", "wait=99999999999", "x; y=z, ,,", ""),
    "Idempotency-Key": ("k", "", "k" * 256, "a\tb", "\xe9", "k k"),
    "X-Request-ID": ("mine", "a b", "x" * 999, "<script>", "\xff"),
    "X-Forwarded-Prefix": ("/x", "//evil", "\x80", "/../.."),
    "X-Forwarded-Host": ("evil.example", "[::1", ",,,", ""),
    "Origin": ("null", "http://evil.example", "http://localhost", "x://", "\xff"),
    "Sec-Fetch-Site": ("cross-site", "none", "x"),
    "Content-Encoding": ("gzip", "identity", "br, gzip", ""),
    "Content-Type": ("application/json", "text/plain", "multipart/form-data", "x",
                     "a/b;charset=x", ""),
    "Expect": ("100-continue", "x"),
    "Cookie": ("a=b", "=" * 500),
    "X-API-Key": ("phx_a_b", "", "\xff"),
    "Authorization": ("Bearer x", "Basic eA==", "Bearer", ""),
    "traceparent": ("00-" + "0" * 32 + "-" + "0" * 16 + "-01", "x"),
    "X-Request-Timeout-Seconds": ("0.001", "x"),
    "Upgrade": ("websocket", "h2c"),
    "Accept-Encoding": ("gzip", "*;q=0"),
}  # fmt: skip
