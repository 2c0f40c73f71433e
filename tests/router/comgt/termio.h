/* SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stands where upstream's comgt.c includes <termio.h>, which musl does not have, so that its text stays
 * as Debian has it. Three things of it are those of a router:
 * - it is compiled against musl's termios;
 * - a port that is no terminal (cdc-wdm) is not asked for terminal settings;
 * - a ttyUSB takes four writes that are not sent yet and refuses the next, as Linux's usb_wwan does with
 *   its four buffers. (A pseudo terminal takes everything, and containers have no other.)
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define termio termios
#define TCGETA TCGETS
#define TCSETA TCSETS
#ifndef XCASE
#define XCASE 0
#endif

enum { PENDING_WRITES = 4, MILLISECONDS_EACH = 10 };

static int port_ioctl(int fd, int request, void *settings)
{
	if (fd > STDERR_FILENO && !isatty(fd))
		return 0;
	return ioctl(fd, request, settings);
}

static int is_serial(int fd)
{
	char link[32], path[64];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return 0;
	path[length] = 0;
	return strncmp(path, "/dev/ttyUSB", strlen("/dev/ttyUSB")) == 0;
}

static ssize_t port_write(int fd, const void *bytes, size_t count)
{
	static long long sent; /* when the last of them will be, in milliseconds */
	struct timespec clock;
	if (!is_serial(fd))
		return write(fd, bytes, count);
	clock_gettime(CLOCK_MONOTONIC, &clock);
	long long now = clock.tv_sec * 1000LL + clock.tv_nsec / 1000000;
	if (sent < now)
		sent = now;
	if (sent - now > (PENDING_WRITES - 1) * MILLISECONDS_EACH) {
		errno = EAGAIN;
		return -1;
	}
	sent += MILLISECONDS_EACH;
	return write(fd, bytes, count);
}

#define ioctl port_ioctl
#define write port_write
