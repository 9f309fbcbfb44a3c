"""The proxies of deploy/proxy, really running on free ports."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.running import free_port

PROXIES = Path(__file__).parents[2] / "deploy" / "proxy"
KEY = "phx_a-key-of-the-tests"
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
START_LIMIT_S = 20.0

# nginx around one included file.
NGINX = """\
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/phonex.conf;
}}
"""

# A PHP site as nginx and php-fpm serve it.
PHP_SITE = """\
server {{
    listen 127.0.0.1:{port};
    root {root};
    client_max_body_size 30m;
    location ~ ^/phonex\\.php(/|$) {{
        fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_param SCRIPT_NAME $fastcgi_script_name;
        fastcgi_param DOCUMENT_ROOT $document_root;
        fastcgi_param PATH_INFO $fastcgi_path_info;
        fastcgi_param QUERY_STRING $query_string;
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param CONTENT_TYPE $content_type;
        fastcgi_param CONTENT_LENGTH $content_length;
        fastcgi_param HTTP_HOST $http_host;
        fastcgi_param REMOTE_ADDR $remote_addr;
        fastcgi_request_buffering off;
        fastcgi_buffering off;
        fastcgi_pass unix:{folder}/fpm.sock;
    }}
}}
"""
PHP_POOL = """\
[global]
error_log = {folder}/fpm.log
[phonex]
listen = {folder}/fpm.sock
pm = static
pm.max_children = 4
env[PHONEX_URL] = http://{upstream}
env[PHONEX_API_KEY] = {key}
{user}
"""

Commands = tuple[list[list[str]], dict[str, str]]  # what to run, and in which environment


def _nginx(folder: Path, port: int, upstream: str) -> Commands:
    text = (PROXIES / "phonex.nginx.conf").read_text()
    for shipped, here in (
        ("server 127.0.0.1:8000;", f"server {upstream};"),
        ("server_name voice.example.org;", "server_name 127.0.0.1;"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("include /etc/nginx/phonex.key;", f"include {folder}/phonex.key;"),
    ):
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, here)
    (folder / "phonex.conf").write_text(text)
    (folder / "phonex.key").write_text(f'proxy_set_header Authorization "Bearer {KEY}";\n')
    return [nginx_around(folder)], {}


def nginx_around(folder: Path) -> list[str]:
    """What runs nginx with the sites of `phonex.conf` in this folder."""
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user))
    return ["nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def _caddy(folder: Path, port: int, upstream: str) -> Commands:
    environment = {
        "PHONEX_SITE": f"http://127.0.0.1:{port}",
        "PHONEX_UPSTREAM": upstream,
        "PHONEX_API_KEY": KEY,
        "CADDY_ADMIN": f"127.0.0.1:{free_port()}",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    return [["caddy", "run", "--config", str(PROXIES / "Caddyfile")]], environment


def _php(folder: Path, port: int, upstream: str) -> Commands:
    (folder / "key").write_text(KEY + "\n")
    environment = {
        "PHONEX_URL": f"http://{upstream}",
        "PHONEX_API_KEY_FILE": str(folder / "key"),
        "PHP_CLI_SERVER_WORKERS": "4",
    }
    options = [
        f"-d{line.replace(' ', '')}"
        for line in (PROXIES / ".user.ini").read_text().splitlines()
        if not line.startswith(";")  # PHP's own server does not read this file
    ]
    return [["php", *options, "-S", f"127.0.0.1:{port}", "-t", str(PROXIES)]], environment


def _php_fpm(folder: Path, port: int, upstream: str) -> Commands:
    as_root = os.getuid() == 0
    site = PHP_SITE.format(folder=folder, port=port, root=PROXIES)
    (folder / "phonex.conf").write_text(site)
    (folder / "fpm.conf").write_text(
        PHP_POOL.format(
            folder=folder, upstream=upstream, key=KEY, user="user = root" if as_root else ""
        )
    )
    fpm = ["php-fpm", "--nodaemonize", "--fpm-config", str(folder / "fpm.conf")]
    if as_root:
        fpm.append("--allow-to-run-as-root")
    return [fpm, nginx_around(folder)], {}


@dataclass(frozen=True)
class Kind:
    commands: Callable[[Path, int, str], Commands]
    package: str
    prefix: str = ""
    streams_uploads: bool = True


KINDS = {
    "nginx": Kind(_nginx, "nginx"),
    "caddy": Kind(_caddy, "caddy"),
    # PHP makes files of an upload before it runs the script.
    "php": Kind(_php, "php-cli php-curl", prefix="/phonex.php", streams_uploads=False),
    "php-fpm": Kind(
        _php_fpm, "nginx php-fpm php-curl", prefix="/phonex.php", streams_uploads=False
    ),
}


@contextmanager
def running_proxy(name: str, folder: Path, upstream: str) -> Iterator[str]:
    """The proxy's URL, its prefix included; `upstream` is host:port."""
    kind = KINDS[name]
    port = free_port()
    commands, environment = kind.commands(folder, port, upstream)
    programs = [find_program(command[0]) for command in commands]
    if None in programs or (name.startswith("php") and not _php_has_curl()):
        pytest.skip(f"{name} is not installed: apt-get install {kind.package}")
    log = folder / "log"
    processes = [
        subprocess.Popen(
            [str(program), *command[1:]],
            env=os.environ | environment,
            stdout=log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        for program, command in zip(programs, commands, strict=True)
    ]
    try:
        # Of what stands behind the proxy's own server, too: nginx may listen before php-fpm does.
        _wait_until_up(f"http://127.0.0.1:{port}{kind.prefix}/nothing-here", processes[-1], log)
        yield f"http://127.0.0.1:{port}{kind.prefix}"
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)  # PHP's workers do not go with their parent
        for process in processes:
            process.wait(20)


def find_program(program: str) -> str | None:
    """Debian has its PHP version in the name of php-fpm."""
    names = [program, *(f"{program}8.{minor}" for minor in range(5, 0, -1))]
    return next(filter(None, (shutil.which(name, path=PATH) for name in names)), None)


def _php_has_curl() -> bool:
    program = find_program("php")
    if program is None:
        return False
    listed = subprocess.run([program, "-m"], capture_output=True, text=True, check=True).stdout
    return "curl" in listed.split()


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code != httpx.codes.BAD_GATEWAY:
                return
        time.sleep(0.05)
    raise AssertionError(f"the proxy did not start:\n{log.read_text()[-2000:]}")
