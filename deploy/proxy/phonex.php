<?php
/**
 * Phonex behind an existing PHP site (8.1 or later, with php-curl). It adds the API key, which
 * browsers never see, and forwards the contract's routes alone: /phonex.php/tts, /phonex.php/audio/…
 *
 *   1. Put this file and .user.ini into a folder of their own under the site's root. .user.ini
 *      (for Apache's mod_php: php_flag enable_post_data_reading off, in .htaccess) lets uploads
 *      pass as they come instead of being unpacked and packed again.
 *   2. Give PHP the key: PHONEX_API_KEY in its environment (php-fpm: env[PHONEX_API_KEY] in the
 *      pool's file), or PHONEX_API_KEY_FILE, a file outside the site's root.
 *      PHONEX_URL says where the service is: http://127.0.0.1:8000 unless set.
 *
 * Whoever reaches this file speaks with that key: check the visitor's session where the comment
 * below says so, unless everyone may.
 */

declare(strict_types=1);

const CONTRACT = '~^(POST /(tts|clone|clone/quick|voice/register)'
    . '|GET /(health|voice/list|tts/speakers(/[^/]+)?)'
    . '|(GET|DELETE) /voice/[^/]+'
    . '|GET /(job|status)/[^/]+'
    . '|(GET|HEAD|DELETE) /audio/[^/]+)$~D';
const SENT = ['accept', 'content-type', 'idempotency-key', 'if-none-match', 'if-range', 'prefer',
    'range', 'x-request-id'];
const ANSWERED = ['accept-ranges', 'cache-control', 'content-disposition', 'content-length',
    'content-range', 'content-type', 'etag', 'preference-applied', 'retry-after', 'x-request-id'];
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
function request_headers(): array
{
    $headers = ['Authorization: Bearer ' . api_key(), 'Expect:'];
    foreach (SENT as $name) {
        $variable = strtoupper(str_replace('-', '_', $name));
        $value = $_SERVER["HTTP_$variable"] ?? $_SERVER[$variable] ?? '';
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

/** Send the body on while it arrives. */
function forward_body(CurlHandle $curl): void
{
    $length = $_SERVER['CONTENT_LENGTH'] ?? '';
    if (!ctype_digit($length)) {
        refuse(411, 'Length Required');
    }
    if (strlen($length) > 18 || (int) $length > MAX_BODY_BYTES) {
        refuse(413, 'Content Too Large');
    }
    if (ini_get('enable_post_data_reading')) {
        error_log('phonex.php: set enable_post_data_reading = Off; .user.ini does not reach PHP');
        refuse(500, 'The proxy cannot read uploads');
    }
    $body = fopen('php://input', 'rb');
    curl_setopt_array($curl, [
        CURLOPT_UPLOAD => true,
        CURLOPT_CUSTOMREQUEST => 'POST',
        CURLOPT_INFILESIZE => (int) $length,
        CURLOPT_READFUNCTION => fn ($curl, $file, int $bytes) => (string) fread($body, $bytes),
    ]);
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
        header('Location: ' . $_SERVER['SCRIPT_NAME'] . trim($value), true, $status);
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
    CURLOPT_HTTPHEADER => request_headers(),
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
