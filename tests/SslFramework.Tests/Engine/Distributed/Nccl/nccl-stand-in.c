// NCCL's signatures over the memory of one process, a thread for each rank: shows that arguments, the identifier that is passed by
// value, and the order of calls are right. It shows nothing of CUDA, of streams, or of NCCL itself.
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8 };
typedef struct { char bytes[128]; } UniqueId;
typedef struct { int rank, count; } Communicator;

static pthread_barrier_t meeting;
static const void *theirs[MOST];

static void meet(void) { pthread_barrier_wait(&meeting); }

int ncclGetVersion(int *version) { *version = 22705; return 0; }
const char *ncclGetErrorString(int code) { return code == 4 ? "invalid argument" : "some error"; }

int ncclGetUniqueId(UniqueId *id) {
  for (int i = 0; i < 128; i++) id->bytes[i] = (char)(i * 7 + 1);
  return 0;
}

int ncclCommInitRank(void **made, int count, UniqueId id, int rank) {
  static int ready;
  for (int i = 0; i < 128; i++) if (id.bytes[i] != (char)(i * 7 + 1)) return 4;
  if (rank < 0 || rank >= count || count > MOST) return 4;
  if (rank == 0) { pthread_barrier_init(&meeting, NULL, count); __atomic_store_n(&ready, count, __ATOMIC_SEQ_CST); }
  while (__atomic_load_n(&ready, __ATOMIC_SEQ_CST) != count) {}
  Communicator *own = malloc(sizeof *own);
  own->rank = rank; own->count = count;
  *made = own;
  meet();
  if (rank == 0) __atomic_store_n(&ready, 0, __ATOMIC_SEQ_CST);
  meet();
  return 0;
}

#define SUM(T) do { T *sum = calloc(count, sizeof(T)); \
  for (int r = 0; r < own->count; r++) for (size_t i = 0; i < count; i++) sum[i] += ((const T *)theirs[r])[i]; \
  meet(); memcpy(receive, sum, count * sizeof(T)); free(sum); } while (0)

int ncclAllReduce(const void *send, void *receive, size_t count, int type, int operation, Communicator *own, void *stream) {
  if (operation != 0 || stream) return 4;
  theirs[own->rank] = send;
  meet();
  if (type == 4) SUM(int64_t); else if (type == 7) SUM(float); else if (type == 8) SUM(double); else return 4;
  meet();
  return 0;
}

int ncclAllGather(const void *send, void *receive, size_t count, int type, Communicator *own, void *stream) {
  if (type != 1 || stream) return 4;
  theirs[own->rank] = send;
  meet();
  for (int r = 0; r < own->count; r++) memcpy((char *)receive + r * count, theirs[r], count);
  meet();
  return 0;
}

int ncclBroadcast(const void *send, void *receive, size_t count, int type, int root, Communicator *own, void *stream) {
  if (type != 1 || root != 0 || stream) return 4;
  theirs[own->rank] = send;
  meet();
  if (own->rank != root) memcpy(receive, theirs[root], count);
  meet();
  return 0;
}

int ncclCommAbort(Communicator *own) { free(own); return 0; }
int ncclCommDestroy(Communicator *own) { free(own); return 0; }
