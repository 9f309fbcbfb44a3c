<?php
/**
 * Phonex behind an existing PHP site (8.1 or later, with php-curl). It adds the API key, which
 * browsers never see, and forwards the contract's routes alone: /phonex.php/tts, /phonex.php/audio/…
 *
 *   1. Put this file and .user.ini, which raises PHP's limits on uploads, into a folder of their own
 *      under the site's root. (Apache's mod_php reads .htaccess instead: php_value lines. php-fpm
 *      wants DOCUMENT_ROOT, as the usual fastcgi_params have it.)
 *   2. Give PHP the key: PHONEX_API_KEY in its environment (php-fpm: env[PHONEX_API_KEY] in the
 *      pool's file), or PHONEX_API_KEY_FILE, a file outside the site's root.
 *      PHONEX_URL says where the service is: http://127.0.0.1:8000 unless set.
 *
 * Whoever reaches this file speaks with that key: check the visitor's session where the comment
 * below says so, unless everyone may.
 */

declare(strict_types=1);

const CONTRACT = '~^(POST /(tts|tts/read|clone|clone/quick|batch|voice/register|voice/import|verify)'
    . '|POST /v1/audio/(speech|voices|voice_consents)'
    . '|POST /v1/text-to-speech/[^/]+(/stream)?(/with-timestamps)?'
    . '|(GET|HEAD) /(v1/voices(/[^/]+)?|v2/voices)'
    . '|(GET|HEAD) /(health|voice/list|tts/read|v1/models|v1/models/[^/]+|v1/audio/voices|v1/audio/models|tts/speakers(/[^/]+)?|tts/phones/[^/]+)'
    . '|(GET|HEAD|DELETE) /voice/[^/]+'
    . '|DELETE /v1/audio/voices/[^/]+'
    . '|(GET|HEAD|POST|DELETE) /v1/audio/voice_consents/[^/]+'
    . '|(GET|HEAD) /(job|status)/[^/]+'
    . '|GET /jobs/[^/]+/events'
    . '|(GET|HEAD|DELETE) /audio/[^/]+'
    . '|(GET|HEAD) /audio/[^/]+/(quality|captions[.](vtt|srt|json))'
    . '|(GET|HEAD|DELETE) /batch/[^/]+'
    . '|(GET|HEAD) /batch/[^/]+/audio)$~D';
const SENT = ['accept', 'idempotency-key', 'if-match', 'if-none-match', 'if-range', 'origin',
    'prefer', 'range', 'sec-fetch-site', 'x-request-id'];
const ANSWERED = ['accept-ranges', 'cache-control', 'content-disposition', 'content-length',
    'content-range', 'content-type', 'cross-origin-resource-policy', 'etag',
    'preference-applied', 'retry-after', 'x-audio-id', 'x-request-id', 'x-should-retry',
    'x-warnings'];
const MAX_BODY_BYTES = 26 * 1024 * 1024;  // limits.max_upload_bytes and a little
const MAX_SECONDS = 900;

function refuse(int $status, string $title): never
{
    http_response_code($status);
    header('Content-Type: application/problem+json');
    echo json_encode(['type' => 'about:blank', 'title' => $title, 'status' => $status]);
    exit;
}

function api_key(): string
{
    $file = getenv('PHONEX_API_KEY_FILE');
    $key = $file ? @file_get_contents($file) : getenv('PHONEX_API_KEY');
    if (!is_string($key) || trim($key) === '') {
        error_log('phonex.php: set PHONEX_API_KEY or PHONEX_API_KEY_FILE');
        refuse(500, 'The proxy has no key');
    }
    return trim($key);
}

/** The visitor's headers that the service needs, the key, and where the request came from. */
function request_headers(string $content_type): array
{
    $headers = ['Authorization: Bearer ' . api_key(), 'Expect:', "Content-Type: $content_type"];
    foreach (SENT as $name) {
        $value = $_SERVER['HTTP_' . strtoupper(str_replace('-', '_', $name))] ?? '';
        if ($value !== '') {
            $headers[] = "$name: $value";
        }
    }
    $headers[] = 'X-Forwarded-For: ' . $_SERVER['REMOTE_ADDR'];
    $headers[] = 'X-Forwarded-Proto: ' . (empty($_SERVER['HTTPS']) ? 'http' : 'https');
    $headers[] = 'X-Forwarded-Host: ' . ($_SERVER['HTTP_HOST'] ?? '');
    $headers[] = 'X-Forwarded-Prefix: ' . $_SERVER['SCRIPT_NAME'];
    return $headers;
}

/** Send the request's body on: a form from the files that PHP made of it, all else as it is. */
function forward_body(CurlHandle $curl): void
{
    if ((int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > MAX_BODY_BYTES) {
        refuse(413, 'Content Too Large');
    }
    if (!str_starts_with(strtolower($_SERVER['CONTENT_TYPE'] ?? ''), 'multipart/form-data')) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, file_get_contents('php://input'));
        return;
    }
    $boundary = bin2hex(random_bytes(16));
    $parts = form_parts($boundary);
    $length = array_sum(array_map(fn ($part) => $part[1], $parts));
    $pieces = form_pieces($parts);
    curl_setopt_array($curl, [
        CURLOPT_UPLOAD => true,
        CURLOPT_CUSTOMREQUEST => 'POST',
        CURLOPT_INFILESIZE => $length,
        CURLOPT_HTTPHEADER => request_headers("multipart/form-data; boundary=$boundary"),
        CURLOPT_READFUNCTION => function ($curl, $file, int $bytes) use ($pieces) {
            $data = '';
            while ($data === '' && $pieces->valid()) {
                $data = fread($pieces->current(), $bytes);
                if ($data === '' || $data === false) {
                    $data = '';
                    $pieces->next();
                }
            }
            return $data;
        },
    ]);
}

/** The form's parts in order, each a text or a file and its length in bytes. */
function form_parts(string $boundary): array
{
    $parts = [];
    $received = 0;
    $add = function (string $head, ?string $path, string $text) use (&$parts, $boundary) {
        $head = "--$boundary\r\nContent-Disposition: form-data; $head\r\n\r\n";
        array_push($parts, [$head, strlen($head), null]);
        $parts[] = $path === null ? [$text, strlen($text), null] : [null, filesize($path), $path];
        $parts[] = ["\r\n", 2, null];
    };
    foreach ($_POST as $name => $value) {
        is_string($value) || refuse(422, "The field $name may come once");
        $add('name="' . quoted($name) . '"', null, $value);
        $received += strlen($value);
    }
    foreach ($_FILES as $name => $sent) {
        foreach ((array) $sent['error'] as $i => $error) {
            $error === UPLOAD_ERR_OK || refuse(413, 'Content Too Large');
            $file = quoted(((array) $sent['name'])[$i]);
            $add('name="' . quoted($name) . "\"; filename=\"$file\"\r\nContent-Type: application/octet-stream",
                ((array) $sent['tmp_name'])[$i], '');
            $received += ((array) $sent['size'])[$i];
        }
    }
    // PHP keeps the last of several files of one name, and forgets forms over post_max_size.
    if ((int) $_SERVER['CONTENT_LENGTH'] - $received > 1024 * (count($parts) + 1)) {
        $parts ? refuse(422, 'Send several recordings as voice_sample[]')
            : refuse(413, 'Content Too Large');
    }
    $parts[] = ["--$boundary--\r\n", strlen($boundary) + 6, null];
    return $parts;
}

function form_pieces(array $parts): Generator
{
    foreach ($parts as [$text, $length, $path]) {
        if ($path === null) {
            $piece = fopen('php://memory', 'w+b');
            fwrite($piece, $text);
            rewind($piece);
        } else {
            $piece = fopen($path, 'rb');
        }
        yield $piece;
    }
}

function quoted(string $name): string
{
    return strtr($name, ["\r" => '', "\n" => '', '"' => '%22']);
}

/** Pass the status and the headers on; the service's own addresses get this file's in front. */
function pass_header(CurlHandle $curl, string $line): int
{
    [$name, $value] = array_pad(explode(':', trim($line), 2), 2, '');
    $name = strtolower($name);
    if (str_starts_with($name, 'http/')) {
        http_response_code((int) explode(' ', $line)[1]);
    } elseif (in_array($name, ANSWERED, true)) {
        header("$name:$value");
    } elseif ($name === 'location' && str_starts_with(trim($value), '/')) {
        $status = http_response_code();  // header() would make it a redirect
        $told = str_starts_with(trim($value), $_SERVER['SCRIPT_NAME'] . '/');  // X-Forwarded-Prefix
        header('Location: ' . ($told ? '' : $_SERVER['SCRIPT_NAME']) . trim($value), true, $status);
    }
    return strlen($line);
}

function pass_body(CurlHandle $curl, string $data): int
{
    echo $data;
    flush();
    return connection_aborted() ? 0 : strlen($data);
}

$method = $_SERVER['REQUEST_METHOD'];
$path = $_SERVER['PATH_INFO'] ?? '';
if (!preg_match(CONTRACT, "$method $path")) {
    refuse(404, 'Not Found');
}
if (($_SERVER['HTTP_SEC_FETCH_SITE'] ?? '') === 'cross-site') {
    refuse(403, 'Forbidden');  // another site's page, through a visitor's browser
}
// Here: if (!signed_in()) { refuse(403, 'Forbidden'); }

set_time_limit(MAX_SECONDS);
while (ob_get_level()) {
    ob_end_clean();
}
ini_set('zlib.output_compression', '0');
$segments = array_map('rawurlencode', explode('/', $path));
$query = ($_SERVER['QUERY_STRING'] ?? '') === '' ? '' : '?' . $_SERVER['QUERY_STRING'];
$curl = curl_init((getenv('PHONEX_URL') ?: 'http://127.0.0.1:8000') . implode('/', $segments) . $query);
curl_setopt_array($curl, [
    CURLOPT_CUSTOMREQUEST => $method,
    CURLOPT_NOBODY => $method === 'HEAD',
    CURLOPT_HTTPHEADER => request_headers($_SERVER['CONTENT_TYPE'] ?? ''),
    CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
    CURLOPT_FOLLOWLOCATION => false,
    CURLOPT_PATH_AS_IS => true,
    CURLOPT_PROXY => '',
    CURLOPT_CONNECTTIMEOUT => 5,
    CURLOPT_TIMEOUT => MAX_SECONDS,
    CURLOPT_HEADERFUNCTION => 'pass_header',
    CURLOPT_WRITEFUNCTION => 'pass_body',
]);
if ($method === 'POST') {
    forward_body($curl);
}
if (curl_exec($curl) === false && !headers_sent() && !connection_aborted()) {
    error_log('phonex.php: ' . curl_error($curl));
    header('Retry-After: 5');
    refuse(503, 'Service Unavailable');
}
