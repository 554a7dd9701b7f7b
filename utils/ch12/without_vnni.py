"""For chapter 12: a process that believes its processor has no VNNI, whichever library asks.

Libraries choose kernels by the CPUID instruction. Linux can have that instruction fault; a small library in C, loaded
before all others, answers in its place, and leaves some features out. What is measured then is this processor with
the kernels that a processor without VNNI runs. It needs Linux on x86, a C compiler, and a processor (or virtual
machine) whose /proc/cpuinfo says ``cpuid_fault``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HIDDEN = ("nothing", "VNNI", "AVX-512 and VNNI")  # what can be left out
SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#define ARCH_CPUID 0x1012
#define BIT(n) (1u << (n))
static int without_avx512, ours;
typedef void (*handler)(int);

int sigaction(int sig, const struct sigaction *new, struct sigaction *old) {
  int (*real)(int, const struct sigaction *, struct sigaction *) = dlsym(RTLD_NEXT, "sigaction");
  return ours && sig == SIGSEGV ? 0 : real(sig, new, old); /* compilers handle it, too: keep ours */
}

handler signal(int sig, handler new) {
  handler (*real)(int, handler) = dlsym(RTLD_NEXT, "signal");
  return ours && sig == SIGSEGV ? SIG_DFL : real(sig, new);
}

static void answer(int sig, siginfo_t *info, void *context) {
  greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
  const unsigned char *code = (const unsigned char *)r[REG_RIP];
  unsigned a = r[REG_RAX], c = r[REG_RCX], b, d, leaf = a, sub = c;
  if (code[0] != 0x0f || code[1] != 0xa2) { /* not CPUID: a true fault */
    ours = 0;
    signal(SIGSEGV, SIG_DFL);
    return;
  }
  syscall(SYS_arch_prctl, ARCH_CPUID, 1);
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  syscall(SYS_arch_prctl, ARCH_CPUID, 0);
  if (leaf == 7 && sub == 0) {
    c &= ~BIT(11);                          /* AVX512-VNNI */
    d &= ~(BIT(22) | BIT(24) | BIT(25));    /* AMX */
    if (without_avx512) {
      b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) | BIT(31));
      c &= ~(BIT(1) | BIT(6) | BIT(12) | BIT(14));
      d &= ~(BIT(2) | BIT(3) | BIT(8) | BIT(23));
    }
  }
  if (leaf == 7 && sub == 1) {
    a &= ~(BIT(4) | BIT(5));                /* AVX-VNNI, bf16 */
    d &= ~(BIT(4) | BIT(10));               /* AVX-VNNI of int8 and int16 */
  }
  r[REG_RAX] = a, r[REG_RBX] = b, r[REG_RCX] = c, r[REG_RDX] = d, r[REG_RIP] += 2;
}

__attribute__((constructor)) static void hide(void) {
  struct sigaction action = {0};
  action.sa_sigaction = answer;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  without_avx512 = getenv("HIDE_AVX512") != 0;
  sigaction(SIGSEGV, &action, 0);
  ours = 1;
  if (syscall(SYS_arch_prctl, ARCH_CPUID, 0)) _exit(77);
}
"""


def environment(folder: Path | str, hide: str = "VNNI") -> dict[str, str]:
    """Variables for a process in which ``hide`` is hidden; the library is compiled into ``folder``.

    OSError where this machine can't.
    """
    if hide not in HIDDEN:
        raise ValueError(f"hide is one of {HIDDEN}; yours is {hide!r}")
    if hide == "nothing":
        return dict(os.environ)
    source, library = Path(folder, "hide.c"), Path(folder, "hide.so")
    source.write_text(SOURCE)
    compiler = os.environ.get("CC", "gcc")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", str(source), "-o", str(library), "-ldl"], check=True)
    found = os.environ | {"LD_PRELOAD": str(library)} | ({"HIDE_AVX512": "1"} if "512" in hide else {})
    if subprocess.run([sys.executable, "-c", ""], env=found, check=False).returncode:
        raise OSError("this processor or system doesn't let CPUID be answered by a program")
    return found
