/* Every send waits for its receive, which the MPI standard allows of them all. A program that relies on the buffers of its MPI
   library hangs with this library preloaded. */

#include <mpi.h>

int MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm, MPI_Request *request) {
    return PMPI_Issend(data, count, type, to, tag, comm, request);
}

int MPI_Send(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
    return PMPI_Ssend(data, count, type, to, tag, comm);
}

int MPI_Send_init(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm, MPI_Request *request) {
    return PMPI_Ssend_init(data, count, type, to, tag, comm, request);
}
