#!/usr/bin/python3
"""A file system that folds case and normalises names, as those of macOS and Windows do: `folding_fs.py FOLDER MOUNTPOINT [nfd]`.

Names of one fold are one file, which keeps the spelling that it was made with (or, as with HFS+, its decomposed form where `nfd` is
said). Needs python3-fusepy (Debian) and /dev/fuse; runs until it is unmounted."""

import errno
import os
import sys
import unicodedata

import fusepy as fuse


def fold(name):
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


class Folding(fuse.Operations):
    def __init__(self, root, decompose):
        self.root, self.decompose = root, decompose

    def real(self, path):
        """Where a path is: each part under the spelling that is there, the last one as it is asked for where nothing is."""
        place = self.root
        for part in [part for part in path.split("/") if part]:
            there = {fold(name): name for name in os.listdir(place)} if os.path.isdir(place) else {}
            fresh = unicodedata.normalize("NFD", part) if self.decompose else part
            place = os.path.join(place, there.get(fold(part), fresh))
        return place

    def access(self, path, mode):
        if not os.access(self.real(path), mode):
            raise fuse.FuseOSError(errno.EACCES)

    def getattr(self, path, fh=None):
        found = os.lstat(self.real(path))
        return {key: getattr(found, key) for key in
                ("st_atime", "st_ctime", "st_gid", "st_mode", "st_mtime", "st_nlink", "st_size", "st_uid", "st_ino")}

    def readdir(self, path, fh):
        return [".", "..", *os.listdir(self.real(path))]

    def rename(self, old, new):
        source, target = self.real(old), self.real(new)
        name = os.path.basename(new)
        name = unicodedata.normalize("NFD", name) if self.decompose else name
        os.rename(source, target)  # In place of what is there under any spelling,
        os.rename(target, os.path.join(os.path.dirname(target), name))  # and under the one that is asked for.

    def mkdir(self, path, mode):
        os.mkdir(self.real(path), mode)

    def rmdir(self, path):
        os.rmdir(self.real(path))

    def unlink(self, path):
        os.unlink(self.real(path))

    def chmod(self, path, mode):
        os.chmod(self.real(path), mode)

    def chown(self, path, uid, gid):
        os.chown(self.real(path), uid, gid)

    def utimens(self, path, times=None):
        os.utime(self.real(path), times)

    def truncate(self, path, length, fh=None):
        os.truncate(self.real(path), length)

    def open(self, path, flags):
        return os.open(self.real(path), flags)

    def create(self, path, mode, fi=None):
        return os.open(self.real(path), os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)

    def read(self, path, length, offset, fh):
        return os.pread(fh, length, offset)

    def write(self, path, data, offset, fh):
        return os.pwrite(fh, data, offset)

    def flush(self, path, fh):
        return 0

    def fsync(self, path, datasync, fh):
        os.fsync(fh)

    def release(self, path, fh):
        os.close(fh)


if __name__ == "__main__":
    fuse.FUSE(Folding(sys.argv[1], "nfd" in sys.argv[3:]), sys.argv[2], foreground=True, nothreads=True, use_ino=True,
              attr_timeout=0, entry_timeout=0, negative_timeout=0)
