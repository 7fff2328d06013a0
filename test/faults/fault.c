// Preloaded into a program, it numbers the calls by which that program changes files below a folder, across all
// its threads, and lets one of them go wrong: gcc -shared -fPIC -O2 -o fault.so fault.c -ldl
//
//   FAULT=KIND:N:ACTION:PATH    the Nth call of a kind whose path contains PATH. Kinds: any, open (which creates or
//                               empties a file), write, fsync, fdatasync, truncate, rename, link, symlink, unlink,
//                               mkdir, rmdir, mode, copy, send. Actions: KILL and AFTER (the process dies before the
//                               call, or once it is done), SHORT (half of what is to be written is), or the number
//                               of an error, which the call fails with.
//   FAULT_TRACE=FILE            gets a line for each of the calls counted: its number, kind, milliseconds and path.
//
// Only the process that it is preloaded into meets it, so that the numbers are the same each time: children find
// these variables gone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NOTHING, DIE, DIE_AFTER, SHORTEN, FAIL };

static char kind[32], below[4096];
static long wanted, counted;
static int action = NOTHING, error, trace = -1;

__attribute__((constructor)) static void begin(void) {
  char *fault = getenv("FAULT"), *file = getenv("FAULT_TRACE"), name[16] = "";
  if (fault && sscanf(fault, "%31[^:]:%ld:%15[^:]:%4095s", kind, &wanted, name, below) == 4) {
    action = !strcmp(name, "KILL") ? DIE : !strcmp(name, "AFTER") ? DIE_AFTER : !strcmp(name, "SHORT") ? SHORTEN : FAIL;
    error = atoi(name);
    // A number that is none of the program's own.
    int opened = file ? syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (opened >= 0) {
      trace = fcntl(opened, F_DUPFD_CLOEXEC, 900);
      close(opened);
    }
  }
  unsetenv("FAULT");
  unsetenv("FAULT_TRACE");
  unsetenv("LD_PRELOAD");
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void tell(long number, const char *call, const char *path) {
  struct timespec now;
  char line[4400];
  clock_gettime(CLOCK_REALTIME, &now);
  int length = snprintf(line, sizeof line, "%ld %s %lld %s\n", number, call, now.tv_sec * 1000LL + now.tv_nsec / 1000000, path);
  if (length < (int)sizeof line) syscall(SYS_write, trace, line, length);
}

// What this call meets; `other` is its second path, if it has one. A disk that is full still takes what frees it.
static int met(const char *call, const char *path, const char *other) {
  if (action == NOTHING || (strcmp(kind, "any") && strcmp(kind, call))) return NOTHING;
  int is_below = (path && strstr(path, below)) || (other && strstr(other, below));
  if (!is_below) return NOTHING;
  long number = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
  if (trace >= 0) tell(number, call, other ? other : path);
  if (number != wanted) return NOTHING;
  if (action == DIE) die();
  if (action == FAIL && error == ENOSPC && (!strcmp(call, "unlink") || !strcmp(call, "rmdir"))) return NOTHING;
  return action;
}

static int met_by(const char *call, int fd) {
  char link[64], path[4096];
  if (action == NOTHING) return NOTHING;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  path[length > 0 ? length : 0] = 0;
  return met(call, path, NULL);
}

// Where a path that is relative to an open folder leads.
static const char *at(int fd, const char *path, char *room) {
  char link[64];
  if (*path == '/' || fd == AT_FDCWD) return path;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, room, 4095);
  snprintf(room + (length > 0 ? length : 0), 4096, "/%s", path);
  return room;
}

#define REAL(name, ...) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);

// Does the call, or what it meets instead.
#define MEET(how, type, doing) \
  int fate = how; \
  if (fate == FAIL) { \
    errno = error; \
    return -1; \
  } \
  type done = doing; \
  if (fate == DIE_AFTER) die(); \
  return done;

int rename(const char *a, const char *b) { REAL(rename) MEET(met("rename", a, b), int, real(a, b)) }
int link(const char *a, const char *b) { REAL(link) MEET(met("link", a, b), int, real(a, b)) }
int symlink(const char *a, const char *b) { REAL(symlink) MEET(met("symlink", NULL, b), int, real(a, b)) }
int unlink(const char *a) { REAL(unlink) MEET(met("unlink", a, NULL), int, real(a)) }
int mkdir(const char *a, mode_t mode) { REAL(mkdir) MEET(met("mkdir", a, NULL), int, real(a, mode)) }
int rmdir(const char *a) { REAL(rmdir) MEET(met("rmdir", a, NULL), int, real(a)) }
int chmod(const char *a, mode_t mode) { REAL(chmod) MEET(met("mode", a, NULL), int, real(a, mode)) }
int fchmod(int fd, mode_t mode) { REAL(fchmod) MEET(met_by("mode", fd), int, real(fd, mode)) }
int fchown(int fd, uid_t u, gid_t g) { REAL(fchown) MEET(met_by("mode", fd), int, real(fd, u, g)) }
int futimens(int fd, const struct timespec t[2]) { REAL(futimens) MEET(met_by("mode", fd), int, real(fd, t)) }
int fsync(int fd) { REAL(fsync) MEET(met_by("fsync", fd), int, real(fd)) }
int fdatasync(int fd) { REAL(fdatasync) MEET(met_by("fdatasync", fd), int, real(fd)) }
int ftruncate(int fd, off_t n) { REAL(ftruncate) MEET(met_by("truncate", fd), int, real(fd, n)) }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64) MEET(met_by("truncate", fd), int, real(fd, n)) }

int renameat(int x, const char *a, int y, const char *b) {
  char from[8192], to[8192];
  REAL(renameat) MEET(met("rename", at(x, a, from), at(y, b, to)), int, real(x, a, y, b))
}
int renameat2(int x, const char *a, int y, const char *b, unsigned flags) {
  char from[8192], to[8192];
  REAL(renameat2) MEET(met("rename", at(x, a, from), at(y, b, to)), int, real(x, a, y, b, flags))
}
int linkat(int x, const char *a, int y, const char *b, int flags) {
  char from[8192], to[8192];
  REAL(linkat) MEET(met("link", at(x, a, from), at(y, b, to)), int, real(x, a, y, b, flags))
}
int unlinkat(int x, const char *a, int flags) {
  char path[8192];
  REAL(unlinkat) MEET(met(flags & AT_REMOVEDIR ? "rmdir" : "unlink", at(x, a, path), NULL), int, real(x, a, flags))
}
int mkdirat(int x, const char *a, mode_t mode) {
  char path[8192];
  REAL(mkdirat) MEET(met("mkdir", at(x, a, path), NULL), int, real(x, a, mode))
}

// One that only opens what is there changes nothing.
static int met_opening(int fd, const char *name, int flags) {
  char room[8192];
  if (action == NOTHING || !(flags & (O_CREAT | O_TRUNC))) return NOTHING;
  const char *path = at(fd, name, room);
  if (!(flags & O_TRUNC) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0) return NOTHING;
  return met("open", path, NULL);
}

#define MODE(flags) \
  mode_t mode = 0; \
  if (flags & (O_CREAT | __O_TMPFILE)) { \
    va_list more; \
    va_start(more, flags); \
    mode = va_arg(more, mode_t); \
    va_end(more); \
  }

int open(const char *a, int flags, ...) {
  MODE(flags) REAL(open) MEET(met_opening(AT_FDCWD, a, flags), int, real(a, flags, mode))
}
int open64(const char *a, int flags, ...) {
  MODE(flags) REAL(open64) MEET(met_opening(AT_FDCWD, a, flags), int, real(a, flags, mode))
}
int openat(int x, const char *a, int flags, ...) {
  MODE(flags) REAL(openat) MEET(met_opening(x, a, flags), int, real(x, a, flags, mode))
}
int openat64(int x, const char *a, int flags, ...) {
  MODE(flags) REAL(openat64) MEET(met_opening(x, a, flags), int, real(x, a, flags, mode))
}

#define HALF(n) (fate == SHORTEN && (n) > 1 ? (n) / 2 : (n))

ssize_t write(int fd, const void *b, size_t n) {
  REAL(write) MEET(met_by("write", fd), ssize_t, real(fd, b, HALF(n)))
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) {
  REAL(pwrite) MEET(met_by("write", fd), ssize_t, real(fd, b, HALF(n), o))
}
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
  REAL(pwrite64) MEET(met_by("write", fd), ssize_t, real(fd, b, HALF(n), o))
}

// Of several pieces, half of the first.
#define FIRST (struct iovec){v->iov_base, HALF(v->iov_len)}
ssize_t writev(int fd, const struct iovec *v, int n) {
  REAL(writev) MEET(met_by("write", fd), ssize_t, fate == SHORTEN && n > 0 ? real(fd, &FIRST, 1) : real(fd, v, n))
}
ssize_t pwritev(int fd, const struct iovec *v, int n, off_t o) {
  REAL(pwritev) MEET(met_by("write", fd), ssize_t, fate == SHORTEN && n > 0 ? real(fd, &FIRST, 1, o) : real(fd, v, n, o))
}
ssize_t pwritev64(int fd, const struct iovec *v, int n, off64_t o) {
  REAL(pwritev64) MEET(met_by("write", fd), ssize_t, fate == SHORTEN && n > 0 ? real(fd, &FIRST, 1, o) : real(fd, v, n, o))
}

ssize_t copy_file_range(int a, off64_t *x, int b, off64_t *y, size_t n, unsigned flags) {
  REAL(copy_file_range) MEET(met_by("copy", b), ssize_t, real(a, x, b, y, HALF(n), flags))
}
ssize_t sendfile(int a, int b, off_t *x, size_t n) {
  REAL(sendfile) MEET(met_by("send", a), ssize_t, real(a, b, x, HALF(n)))
}
ssize_t sendfile64(int a, int b, off64_t *x, size_t n) {
  REAL(sendfile64) MEET(met_by("send", a), ssize_t, real(a, b, x, HALF(n)))
}

// libuv calls what is younger than its oldest libc by number.
long syscall(long number, ...) {
  va_list more;
  va_start(more, number);
  long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long), d = va_arg(more, long);
  long e = va_arg(more, long), f = va_arg(more, long);
  va_end(more);
  REAL(syscall)
  if (action != NOTHING && number == SYS_copy_file_range) {
    MEET(met_by("copy", (int)c), long, real(number, a, b, c, d, HALF(e), f))
  }
  if (action != NOTHING && number == SYS_renameat2) {
    MEET(met("rename", (const char *)b, (const char *)d), long, real(number, a, b, c, d, e, f))
  }
  return real(number, a, b, c, d, e, f);
}
