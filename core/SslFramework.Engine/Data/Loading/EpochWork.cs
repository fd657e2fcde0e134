using System.Runtime.ExceptionServices;
using SslFramework.Core.Processors;

namespace SslFramework.Engine.Data.Loading;

/// <summary>
/// Fills the batches for one pass over an epoch. Workers take images in order, one ticket after the other, and
/// write each into its place; whoever finishes the last image of a batch publishes it. A worker waits only while the reader
/// still has its batch's slot. Nothing depends on who does what, or when.
/// </summary>
internal sealed class EpochWork
{
    private readonly object gate = new();
    private readonly BatchSource batches;
    private readonly BatchSlot[] slots;
    private readonly int firstBatch;
    private readonly int[] unwritten; // images that a slot's batch still lacks
    private readonly Thread[] workers;
    private long nextTicket;
    private int released; // batches before this one have been returned by the reader
    private bool stopped;
    private ExceptionDispatchInfo? failure;

    /// <summary>Starts the work.</summary>
    /// <param name="batches">The batches to read.</param>
    /// <param name="slots">The memory to fill.</param>
    /// <param name="firstBatch">The first batch to read.</param>
    /// <param name="buffers">One buffer per worker.</param>
    public EpochWork(BatchSource batches, BatchSlot[] slots, int firstBatch, ViewBuffer[] buffers)
    {
        (this.batches, this.slots, this.firstBatch) = (batches, slots, firstBatch);
        nextTicket = (long)firstBatch * batches.BatchSize;
        released = firstBatch;
        unwritten = [.. slots.Select((_, slot) => batches.SizeOf(firstBatch + slot))];
        workers = [.. buffers.Select((buffer, i) => new Thread(() => Work(buffer)) { Name = $"loader {i + 1}", IsBackground = true })];
        Array.ForEach(workers, worker => worker.Start());
    }

    /// <summary>Waits for a batch. Batches must be requested in order.</summary>
    public ViewBatch WaitFor(int batch, ViewBuffer ownBuffer)
    {
        if (workers.Length == 0)
        {
            var first = (long)batch * batches.BatchSize;
            for (var ticket = first; ticket < first + batches.SizeOf(batch); ticket++)
            {
                batches.Write(ticket, ownBuffer, SlotOf(batch));
            }
        }

        lock (gate)
        {
            while (workers.Length > 0 && failure is null && Volatile.Read(ref unwritten[IndexOf(batch)]) > 0)
            {
                Monitor.Wait(gate);
            }
        }

        failure?.Throw();
        return SlotOf(batch).Batch(batches.IndicesOf(batch, SlotOf(batch).Indices));
    }

    /// <summary>Frees the slot of a batch that was taken for a later one.</summary>
    public void Release(int batch)
    {
        lock (gate)
        {
            unwritten[IndexOf(batch)] = batches.SizeOf(batch + slots.Length);
            Volatile.Write(ref released, batch + 1); // workers look first without the gate
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Stops the workers, each after its current image.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        Array.ForEach(workers, worker => worker.Join());
    }

    private void Work(ViewBuffer buffer)
    {
        SignalStack.Enlarge();
        try
        {
            while (true)
            {
                var ticket = Interlocked.Increment(ref nextTicket) - 1;
                if (ticket >= batches.Images || !WaitForSlot((int)(ticket / batches.BatchSize), out var batch))
                {
                    return;
                }

                batches.Write(ticket, buffer, SlotOf(batch));
                if (Interlocked.Decrement(ref unwritten[IndexOf(batch)]) == 0)
                {
                    Pulse();
                }
            }
        }
        catch (Exception e)
        {
            lock (gate)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
                stopped = true;
                Monitor.PulseAll(gate);
            }
        }
    }

    private bool WaitForSlot(int wanted, out int batch)
    {
        batch = wanted;
        if (Volatile.Read(ref released) + slots.Length > wanted)
        {
            return !Volatile.Read(ref stopped);
        }

        lock (gate)
        {
            while (released + slots.Length <= wanted && !stopped)
            {
                Monitor.Wait(gate);
            }

            return !stopped;
        }
    }

    private void Pulse()
    {
        lock (gate)
        {
            Monitor.PulseAll(gate);
        }
    }

    private int IndexOf(int batch) => (batch - firstBatch) % slots.Length;

    private BatchSlot SlotOf(int batch) => slots[IndexOf(batch)];
}
