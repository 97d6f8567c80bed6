/*
 * A recorder below everything that a process writes with: Node's own file calls, lmdb, SQLite. It is preloaded into the
 * process (LD_PRELOAD) and writes each call that changes something under one folder, and each sync, to a log in the
 * order in which they took effect. From the log, images of the folder as a power cut may leave it are built
 * (disk-model.ts). Three variables of the environment steer it:
 *
 *   RECORDER_ROOT   the folder, an absolute path; a colon and a second path may follow: the file of acknowledgements,
 *                   whose writes enter the log as what the process has promised by then
 *   RECORDER_LOG    where the log goes; every record is one append
 *   RECORDER_SYNC_DELAY_US   how long a sync takes at least, so that others write meanwhile
 *
 * One lock is held over each call and its record, so the order in the log is the order on the "disk". Only syncs run
 * outside the lock: a sync covers what was recorded before its first record, and nothing is safe before its second one.
 *
 * A record: 48 bytes of head, then the two paths, then the data. All numbers little-endian, as this machine's.
 *
 *   0 magic u32 | 4 kind u32 | 8 nanoseconds u64 | 16 file u32 | 20 flags u32 | 24 offset u64 | 32 length u64 |
 *   40 bytes of the first path u32 | 44 bytes of the second path u32
 *
 * "file" is a number given at open, never used again. Calls that the images cannot account for (writing through a
 * map, copying inside the kernel) are recorded as kind UNSUPPORTED with their name, and the test fails on them.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum kind {
  OPEN = 1, WRITE = 2, TRUNCATE = 3, ALLOCATE = 4, SYNC_BEGIN = 5, SYNC_END = 6, RENAME = 7, LINK = 8, UNLINK = 9,
  MKDIR = 10, RMDIR = 11, ACKNOWLEDGE = 12, MAP_SHARED_WRITE = 13, UNSUPPORTED = 14,
};

struct head {
  uint32_t magic, kind;
  uint64_t nanoseconds;
  uint32_t file, flags;
  uint64_t offset, length;
  uint32_t path_bytes, other_bytes;
};

#define DESCRIPTORS 4096
#define ACKNOWLEDGEMENTS UINT32_MAX

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], acknowledgements[PATH_MAX];
static int log_descriptor = -1;
static uint32_t files[DESCRIPTORS], next_file = 1, next_sync = 1;
static unsigned sync_delay_us;

#define REAL(result, name, ...)                          \
  static result (*real_##name)(__VA_ARGS__);             \
  if (!real_##name) *(void **)&real_##name = dlsym(RTLD_NEXT, #name)

static void copy_path(char *to, const char *from, size_t length) {
  if (length >= PATH_MAX) length = PATH_MAX - 1;
  memcpy(to, from, length);
  to[length] = 0;
}

__attribute__((constructor)) static void start(void) {
  const char *folder = getenv("RECORDER_ROOT"), *log = getenv("RECORDER_LOG"), *delay = getenv("RECORDER_SYNC_DELAY_US");
  if (!folder || !log) return;
  const char *colon = strchr(folder, ':');
  copy_path(root, folder, colon ? (size_t)(colon - folder) : strlen(folder));
  if (colon) copy_path(acknowledgements, colon + 1, strlen(colon + 1));
  if (delay) sync_delay_us = (unsigned)atoi(delay);
  REAL(int, open, const char *, int, ...);
  log_descriptor = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void record(enum kind kind, uint32_t file, uint32_t flags, uint64_t offset, const char *path, const char *other,
                   const void *data, uint64_t length) {
  if (log_descriptor < 0) return;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct head head = {
      .magic = 0x4c435052, .kind = kind, .nanoseconds = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec,
      .file = file, .flags = flags, .offset = offset, .length = length,
      .path_bytes = path ? (uint32_t)strlen(path) : 0, .other_bytes = other ? (uint32_t)strlen(other) : 0,
  };
  struct iovec parts[4] = {
      {&head, sizeof head}, {(void *)path, head.path_bytes}, {(void *)other, head.other_bytes}, {(void *)data, data ? length : 0}};
  REAL(ssize_t, writev, int, const struct iovec *, int);
  size_t whole = sizeof head + head.path_bytes + head.other_bytes + (data ? length : 0);
  if (real_writev(log_descriptor, parts, 4) != (ssize_t)whole) abort();
}

/* The absolute path when it lies in the folder (or is the folder), else NULL. */
static const char *inside(int folder, const char *path, char *buffer) {
  if (!root[0] || !path) return NULL;
  if (path[0] == '/') {
    copy_path(buffer, path, strlen(path));
  } else {
    char link[64], base[PATH_MAX];
    snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, base, sizeof base - 1);
    if (length < 0) return NULL;
    base[length] = 0;
    if (snprintf(buffer, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return NULL;
  }
  size_t length = strlen(root);
  if (strncmp(buffer, root, length) != 0) return NULL;
  return buffer[length] == '/' || buffer[length] == 0 ? buffer : NULL;
}

static uint32_t file_of(int descriptor) {
  return descriptor >= 0 && descriptor < DESCRIPTORS ? files[descriptor] : 0;
}

static void forget(int descriptor) {
  if (descriptor >= 0 && descriptor < DESCRIPTORS) files[descriptor] = 0;
}

/* ---- opening and closing ---- */

static void opened(int descriptor, int folder, const char *path, int flags) {
  char buffer[PATH_MAX];
  if (descriptor < 0) return;
  if (descriptor >= DESCRIPTORS) abort();
  files[descriptor] = 0;
  if (acknowledgements[0] && strcmp(path, acknowledgements) == 0) {
    files[descriptor] = ACKNOWLEDGEMENTS;
    return;
  }
  const char *where = inside(folder, path, buffer);
  if (!where) return;
  files[descriptor] = next_file++;
  record(OPEN, files[descriptor], (uint32_t)flags, 0, where, NULL, NULL, 0);
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN_FUNCTION(name)                                          \
  int name(const char *path, int flags, ...) {                       \
    va_list arguments;                                               \
    va_start(arguments, flags);                                      \
    mode_t mode = mode_of(flags, arguments);                         \
    va_end(arguments);                                               \
    REAL(int, name, const char *, int, ...);                         \
    pthread_mutex_lock(&lock);                                       \
    int descriptor = real_##name(path, flags, mode);                 \
    int error = errno;                                               \
    opened(descriptor, AT_FDCWD, path, flags);                       \
    pthread_mutex_unlock(&lock);                                     \
    errno = error;                                                   \
    return descriptor;                                               \
  }

#define OPENAT_FUNCTION(name)                                        \
  int name(int folder, const char *path, int flags, ...) {           \
    va_list arguments;                                               \
    va_start(arguments, flags);                                      \
    mode_t mode = mode_of(flags, arguments);                         \
    va_end(arguments);                                               \
    REAL(int, name, int, const char *, int, ...);                    \
    pthread_mutex_lock(&lock);                                       \
    int descriptor = real_##name(folder, path, flags, mode);         \
    int error = errno;                                               \
    opened(descriptor, folder, path, flags);                         \
    pthread_mutex_unlock(&lock);                                     \
    errno = error;                                                   \
    return descriptor;                                               \
  }

OPEN_FUNCTION(open)
OPEN_FUNCTION(open64)
OPENAT_FUNCTION(openat)
OPENAT_FUNCTION(openat64)

int close(int descriptor) {
  REAL(int, close, int);
  pthread_mutex_lock(&lock);
  forget(descriptor);
  int result = real_close(descriptor);
  pthread_mutex_unlock(&lock);
  return result;
}

int dup(int descriptor) {
  REAL(int, dup, int);
  pthread_mutex_lock(&lock);
  int result = real_dup(descriptor);
  if (result >= 0 && result < DESCRIPTORS) files[result] = file_of(descriptor);
  pthread_mutex_unlock(&lock);
  return result;
}

/* ---- writing ---- */

/* What a write put where; called with the lock held, after the call. */
static void written(int descriptor, const void *data, ssize_t result, off_t offset) {
  uint32_t file = file_of(descriptor);
  if (result <= 0 || !file) return;
  if (file == ACKNOWLEDGEMENTS) record(ACKNOWLEDGE, 0, 0, 0, NULL, NULL, data, (uint64_t)result);
  else record(WRITE, file, 0, (uint64_t)offset, NULL, NULL, data, (uint64_t)result);
}

static void written_parts(int descriptor, const struct iovec *parts, ssize_t result, off_t offset) {
  for (int index = 0; result > 0; index += 1) {
    ssize_t length = (ssize_t)parts[index].iov_len < result ? (ssize_t)parts[index].iov_len : result;
    written(descriptor, parts[index].iov_base, length, offset);
    result -= length;
    offset += length;
  }
}

/* Where a write without an offset lands. */
static off_t position(int descriptor) {
  if (!file_of(descriptor)) return 0;
  int flags = fcntl(descriptor, F_GETFL);
  return lseek(descriptor, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
}

#define LOCKED_WRITE(call, recording)    \
  pthread_mutex_lock(&lock);             \
  ssize_t result = call;                 \
  int error = errno;                     \
  recording;                             \
  pthread_mutex_unlock(&lock);           \
  errno = error;                         \
  return result

ssize_t write(int descriptor, const void *data, size_t length) {
  REAL(ssize_t, write, int, const void *, size_t);
  /* Pipes and sockets may block; they are never recorded, so they do not take the lock. */
  if (!file_of(descriptor)) return real_write(descriptor, data, length);
  pthread_mutex_lock(&lock);
  off_t offset = position(descriptor);
  ssize_t result = real_write(descriptor, data, length);
  int error = errno;
  written(descriptor, data, result, offset);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  if (!file_of(descriptor)) return real_writev(descriptor, parts, count);
  pthread_mutex_lock(&lock);
  off_t offset = position(descriptor);
  ssize_t result = real_writev(descriptor, parts, count);
  int error = errno;
  written_parts(descriptor, parts, result, offset);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

#define PWRITE_FUNCTION(name, offset_type)                                                     \
  ssize_t name(int descriptor, const void *data, size_t length, offset_type offset) {          \
    REAL(ssize_t, name, int, const void *, size_t, offset_type);                               \
    LOCKED_WRITE(real_##name(descriptor, data, length, offset), written(descriptor, data, result, offset)); \
  }

#define PWRITEV_FUNCTION(name, offset_type)                                                    \
  ssize_t name(int descriptor, const struct iovec *parts, int count, offset_type offset) {     \
    REAL(ssize_t, name, int, const struct iovec *, int, offset_type);                          \
    LOCKED_WRITE(real_##name(descriptor, parts, count, offset), written_parts(descriptor, parts, result, offset)); \
  }

PWRITE_FUNCTION(pwrite, off_t)
PWRITE_FUNCTION(pwrite64, off64_t)
PWRITEV_FUNCTION(pwritev, off_t)
PWRITEV_FUNCTION(pwritev64, off64_t)

#define SIZE_FUNCTION(name, offset_type)                                                        \
  int name(int descriptor, offset_type length) {                                                \
    REAL(int, name, int, offset_type);                                                          \
    pthread_mutex_lock(&lock);                                                                  \
    int result = real_##name(descriptor, length);                                               \
    int error = errno;                                                                          \
    if (result == 0 && file_of(descriptor))                                                     \
      record(TRUNCATE, file_of(descriptor), 0, (uint64_t)length, NULL, NULL, NULL, 0);          \
    pthread_mutex_unlock(&lock);                                                                \
    errno = error;                                                                              \
    return result;                                                                              \
  }

SIZE_FUNCTION(ftruncate, off_t)
SIZE_FUNCTION(ftruncate64, off64_t)

/* Only plain growth is known to the images; punching holes and the like are not. */
static void allocated(int descriptor, int mode, off_t offset, off_t length) {
  uint32_t file = file_of(descriptor);
  if (!file) return;
  if (mode == 0) record(ALLOCATE, file, 0, (uint64_t)offset, NULL, NULL, NULL, (uint64_t)length);
  else record(UNSUPPORTED, file, (uint32_t)mode, 0, "fallocate", NULL, NULL, 0);
}

#define ALLOCATE_FUNCTION(name, offset_type)                                 \
  int name(int descriptor, int mode, offset_type offset, offset_type length) { \
    REAL(int, name, int, int, offset_type, offset_type);                     \
    LOCKED_WRITE(real_##name(descriptor, mode, offset, length), if (result == 0) allocated(descriptor, mode, offset, length)); \
  }

#define POSIX_ALLOCATE_FUNCTION(name, offset_type)                           \
  int name(int descriptor, offset_type offset, offset_type length) {         \
    REAL(int, name, int, offset_type, offset_type);                          \
    LOCKED_WRITE(real_##name(descriptor, offset, length), if (result == 0) allocated(descriptor, 0, offset, length)); \
  }

ALLOCATE_FUNCTION(fallocate, off_t)
ALLOCATE_FUNCTION(fallocate64, off64_t)
POSIX_ALLOCATE_FUNCTION(posix_fallocate, off_t)
POSIX_ALLOCATE_FUNCTION(posix_fallocate64, off64_t)

/* ---- syncing ---- */

#define SYNC_FUNCTION(name)                                                       \
  int name(int descriptor) {                                                      \
    REAL(int, name, int);                                                         \
    pthread_mutex_lock(&lock);                                                    \
    uint32_t file = file_of(descriptor), token = next_sync++;                     \
    if (file) record(SYNC_BEGIN, file, 0, token, NULL, NULL, NULL, 0);            \
    pthread_mutex_unlock(&lock);                                                  \
    if (file && sync_delay_us) usleep(sync_delay_us);                             \
    int result = real_##name(descriptor);                                         \
    int error = errno;                                                            \
    pthread_mutex_lock(&lock);                                                    \
    if (file && result == 0) record(SYNC_END, file, 0, token, NULL, NULL, NULL, 0); \
    pthread_mutex_unlock(&lock);                                                  \
    errno = error;                                                                \
    return result;                                                                \
  }

SYNC_FUNCTION(fsync)
SYNC_FUNCTION(fdatasync)

/* ---- names ---- */

static void named(enum kind kind, int result, int folder, const char *path, int other_folder, const char *other) {
  char first[PATH_MAX], second[PATH_MAX];
  if (result != 0) return;
  const char *where = inside(folder, path, first), *to = other ? inside(other_folder, other, second) : NULL;
  if (!where && !to) return;
  if (other && (!where || !to)) record(UNSUPPORTED, 0, 0, 0, "a name moved into or out of the folder", NULL, NULL, 0);
  else record(kind, 0, 0, 0, where, to, NULL, 0);
}

#define NAME_FUNCTION(declaration, call, recording) \
  int declaration {                                 \
    pthread_mutex_lock(&lock);                      \
    int result = call;                              \
    int error = errno;                              \
    recording;                                      \
    pthread_mutex_unlock(&lock);                    \
    errno = error;                                  \
    return result;                                  \
  }

/* The system calls themselves, because the library has the same function under several names. */
#include <sys/syscall.h>

NAME_FUNCTION(rename(const char *from, const char *to), (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0),
              named(RENAME, result, AT_FDCWD, from, AT_FDCWD, to))
NAME_FUNCTION(renameat(int folder, const char *from, int other, const char *to),
              (int)syscall(SYS_renameat2, folder, from, other, to, 0), named(RENAME, result, folder, from, other, to))
NAME_FUNCTION(renameat2(int folder, const char *from, int other, const char *to, unsigned flags),
              (int)syscall(SYS_renameat2, folder, from, other, to, flags),
              named(flags & RENAME_EXCHANGE ? UNSUPPORTED : RENAME, result, folder, from, other, to))
NAME_FUNCTION(link(const char *from, const char *to), (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0),
              named(LINK, result, AT_FDCWD, from, AT_FDCWD, to))
NAME_FUNCTION(linkat(int folder, const char *from, int other, const char *to, int flags),
              (int)syscall(SYS_linkat, folder, from, other, to, flags), named(LINK, result, folder, from, other, to))
NAME_FUNCTION(unlink(const char *path), (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0),
              named(UNLINK, result, AT_FDCWD, path, 0, NULL))
NAME_FUNCTION(unlinkat(int folder, const char *path, int flags), (int)syscall(SYS_unlinkat, folder, path, flags),
              named(flags & AT_REMOVEDIR ? RMDIR : UNLINK, result, folder, path, 0, NULL))
NAME_FUNCTION(rmdir(const char *path), (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR),
              named(RMDIR, result, AT_FDCWD, path, 0, NULL))
NAME_FUNCTION(mkdir(const char *path, mode_t mode), (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode),
              named(MKDIR, result, AT_FDCWD, path, 0, NULL))
NAME_FUNCTION(mkdirat(int folder, const char *path, mode_t mode), (int)syscall(SYS_mkdirat, folder, path, mode),
              named(MKDIR, result, folder, path, 0, NULL))

int remove(const char *path) {
  int result = unlink(path);
  return result != 0 && errno == EISDIR ? rmdir(path) : result;
}

char *mkdtemp(char *template) {
  REAL(char *, mkdtemp, char *);
  pthread_mutex_lock(&lock);
  char *made = real_mkdtemp(template);
  int error = errno;
  if (made) named(MKDIR, 0, AT_FDCWD, made, 0, NULL);
  pthread_mutex_unlock(&lock);
  errno = error;
  return made;
}

/* A socket gets its name in a folder like a file; in the images it is an empty one. */
int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
  REAL(int, bind, int, const struct sockaddr *, socklen_t);
  pthread_mutex_lock(&lock);
  int result = real_bind(descriptor, address, length);
  int error = errno;
  if (result == 0 && address->sa_family == AF_UNIX) {
    char path[PATH_MAX], buffer[PATH_MAX];
    copy_path(path, ((const struct sockaddr_un *)address)->sun_path, length - offsetof(struct sockaddr_un, sun_path));
    const char *where = inside(AT_FDCWD, path, buffer);
    if (where) record(OPEN, next_file++, O_CREAT, 0, where, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

/* ---- what the images cannot account for ---- */

static void unsupported(int descriptor, const char *name) {
  pthread_mutex_lock(&lock);
  if (file_of(descriptor)) record(UNSUPPORTED, file_of(descriptor), 0, 0, name, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
}

#define MAP_FUNCTION(name, offset_type)                                                                \
  void *name(void *address, size_t length, int protection, int flags, int descriptor, offset_type offset) { \
    REAL(void *, name, void *, size_t, int, int, int, offset_type);                                    \
    if (descriptor >= 0 && (protection & PROT_WRITE) && (flags & MAP_SHARED) && file_of(descriptor)) { \
      pthread_mutex_lock(&lock);                                                                       \
      record(MAP_SHARED_WRITE, file_of(descriptor), 0, 0, NULL, NULL, NULL, 0);                        \
      pthread_mutex_unlock(&lock);                                                                     \
    }                                                                                                  \
    return real_##name(address, length, protection, flags, descriptor, offset);                        \
  }

MAP_FUNCTION(mmap, off_t)
MAP_FUNCTION(mmap64, off64_t)

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned flags) {
  REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
  unsupported(to, "copy_file_range");
  return real_copy_file_range(from, from_offset, to, to_offset, length, flags);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
  REAL(ssize_t, sendfile, int, int, off_t *, size_t);
  unsupported(to, "sendfile");
  return real_sendfile(to, from, offset, length);
}

ssize_t pwritev2(int descriptor, const struct iovec *parts, int count, off_t offset, int flags) {
  REAL(ssize_t, pwritev2, int, const struct iovec *, int, off_t, int);
  unsupported(descriptor, "pwritev2");
  return real_pwritev2(descriptor, parts, count, offset, flags);
}
