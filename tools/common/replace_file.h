// A file that takes another's place: written beside it, on the disk before it has the other's name,
// so that whoever looks, and a loss of power, finds the one or the other whole.
#pragma once

#include <cstdio>
#include <string>

namespace salvo::tools {

// Whether what has that name is a file that another can take the place of, or is not there yet: a
// pipe, a terminal or a device is neither, and nor is what another name of it leads to: whoever
// redirected the output to a file goes on writing to that very file.
bool CanBeReplaced(const std::string& path);

// Forces onto the disk what was written to it, and closes it in any case. On failure false, as
// where a write to it failed before: errno tells why, and so of the next two.
bool CloseOnDisk(std::FILE* file);
// Gives a file the name of another in the same folder, at once or not at all, and for good.
bool RenameOnDisk(const std::string& from, const std::string& to);
// What was made, renamed or removed in a folder is for good after that, as far as the file system
// can promise it, and the folder may be read.
bool SyncFolder(const std::string& path);

}  // namespace salvo::tools
