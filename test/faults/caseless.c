/*
 * A file system like APFS, NTFS or exFAT: it keeps the case of names but doesn't tell them apart by it, and
 * knows no hard links. It shows a folder of another file system, by FUSE.
 *
 * caseless FOLDER MOUNTPOINT -f
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char *root;

/* Appends a name to a path, in the case in which it is there already. */
static void append(char *path, const char *name) {
  size_t end = strlen(path);
  struct stat stats;
  snprintf(path + end, PATH_MAX - end, "/%s", name);
  if (lstat(path, &stats) == 0) return;
  path[end] = 0;
  DIR *folder = opendir(path);
  const struct dirent *entry;
  while (folder && (entry = readdir(folder)))
    if (strcasecmp(entry->d_name, name) == 0) break;
  snprintf(path + end, PATH_MAX - end, "/%s", folder && entry ? entry->d_name : name);
  if (folder) closedir(folder);
}

static const char *real(const char *path, char *buffer) {
  char names[PATH_MAX], *rest;
  snprintf(buffer, PATH_MAX, "%s", root);
  snprintf(names, PATH_MAX, "%s", path);
  for (char *name = strtok_r(names, "/", &rest); name; name = strtok_r(NULL, "/", &rest))
    append(buffer, name);
  return buffer;
}

#define REAL(path) real(path, (char[PATH_MAX]){0})
static int result(int returned) { return returned == -1 ? -errno : returned; }

static int do_getattr(const char *path, struct stat *stats, struct fuse_file_info *file) {
  return result(lstat(REAL(path), stats));
}

static int do_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
                      struct fuse_file_info *file, enum fuse_readdir_flags flags) {
  DIR *folder = opendir(REAL(path));
  const struct dirent *entry;
  if (!folder) return -errno;
  while ((entry = readdir(folder))) fill(buffer, entry->d_name, NULL, 0, 0);
  closedir(folder);
  return 0;
}

static int keep(int handle, struct fuse_file_info *file) {
  if (handle == -1) return -errno;
  file->fh = handle;
  return 0;
}
static int do_open(const char *path, struct fuse_file_info *file) {
  return keep(open(REAL(path), file->flags), file);
}
static int do_create(const char *path, mode_t mode, struct fuse_file_info *file) {
  return keep(open(REAL(path), file->flags, mode), file);
}
static int do_read(const char *path, char *bytes, size_t size, off_t offset,
                   struct fuse_file_info *file) {
  return result(pread(file->fh, bytes, size, offset));
}
static int do_write(const char *path, const char *bytes, size_t size, off_t offset,
                    struct fuse_file_info *file) {
  return result(pwrite(file->fh, bytes, size, offset));
}
static int do_release(const char *path, struct fuse_file_info *file) {
  return result(close(file->fh));
}
static int do_fsync(const char *path, int data, struct fuse_file_info *file) {
  return result(fsync(file->fh));
}

/* Onto itself it changes the case of the name. */
static int do_rename(const char *from, const char *to, unsigned flags) {
  char source[PATH_MAX], target[PATH_MAX];
  struct stat stats;
  real(from, source);
  real(to, target);
  if (strcmp(source, target) == 0)
    strcpy(strrchr(target, '/'), strrchr(to, '/'));
  else if ((flags & RENAME_NOREPLACE) && lstat(target, &stats) == 0)
    return -EEXIST;
  return result(rename(source, target));
}

static int do_unlink(const char *path) { return result(unlink(REAL(path))); }
static int do_mkdir(const char *path, mode_t mode) { return result(mkdir(REAL(path), mode)); }
static int do_rmdir(const char *path) { return result(rmdir(REAL(path))); }
static int do_truncate(const char *path, off_t size, struct fuse_file_info *file) {
  return result(file ? ftruncate(file->fh, size) : truncate(REAL(path), size));
}
static int do_chmod(const char *path, mode_t mode, struct fuse_file_info *file) {
  return result(chmod(REAL(path), mode));
}
static int do_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *file) {
  return result(lchown(REAL(path), user, group));
}
static int do_utimens(const char *path, const struct timespec times[2],
                      struct fuse_file_info *file) {
  return result(utimensat(AT_FDCWD, REAL(path), times, AT_SYMLINK_NOFOLLOW));
}
static int do_statfs(const char *path, struct statvfs *stats) {
  return result(statvfs(REAL(path), stats));
}

static const struct fuse_operations operations = {
    .getattr = do_getattr,   .readdir = do_readdir,   .open = do_open,     .create = do_create,
    .read = do_read,         .write = do_write,       .release = do_release, .fsync = do_fsync,
    .rename = do_rename,     .unlink = do_unlink,     .mkdir = do_mkdir,   .rmdir = do_rmdir,
    .truncate = do_truncate, .chmod = do_chmod,       .chown = do_chown,   .utimens = do_utimens,
    .statfs = do_statfs,
};

int main(int count, char **words) {
  if (count < 3 || !(root = realpath(words[1], NULL))) return 2;
  words[1] = words[0];
  return fuse_main(count - 1, words + 1, &operations, NULL);
}
