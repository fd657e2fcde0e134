using System.Buffers.Binary;
using System.Globalization;

namespace SslFramework.Host.Runs.TensorBoard;

/// <summary>
/// A TensorBoard event file: TFRecords of Event messages. Each start of a run has one of its own, as TensorBoard expects it, which
/// begins by saying from which step on earlier files no longer count. Never stops a run: what cannot be written is left out.
/// </summary>
/// <remarks>Field numbers are those of tensorflow/core/util/event.proto and framework/summary.proto.</remarks>
internal sealed class EventFile : IDisposable
{
    private const int SessionStart = 1;
    private const int Rgba = 4;
    private readonly TimeProvider time;
    private readonly Action<string> warn;
    private FileStream? file;

    /// <summary>Opens a new file beside those of earlier starts.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="time">For names and events.</param>
    /// <param name="warn">Receives one sentence, once, if the file cannot be written.</param>
    public EventFile(string folder, TimeProvider time, Action<string> warn)
    {
        (this.time, this.warn) = (time, warn);
        Try(() =>
        {
            // Names sort by time, which is the order TensorBoard reads them in.
            var seconds = time.GetUtcNow().ToUnixTimeSeconds();
            var last = Directory.GetFiles(folder, "events.out.tfevents.*").Length;
            var name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.{last:D4}.{Environment.ProcessId}");
            file = new FileStream(
                Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        });
        Write(Event(0).Text(3, "brain.Event:2"));
    }

    /// <summary>Says that training goes on after a step: what was logged of later ones is forgotten.</summary>
    public void GoOnAfter(long step) => Write(Event(step + 1).Message(7, new ProtoWriter().Integer(1, SessionStart)));

    /// <summary>Logs numbers of a step.</summary>
    public void Add(long step, IReadOnlyDictionary<string, double> values)
    {
        var summary = new ProtoWriter();
        foreach (var (name, value) in values)
        {
            summary.Message(1, new ProtoWriter().Text(1, Tag(name)).Float(2, (float)value));
        }

        Write(Event(step).Message(5, summary));
    }

    /// <summary>Shows pictures at a step.</summary>
    public void Add(long step, IReadOnlyList<TitledPicture> pictures)
    {
        var summary = new ProtoWriter();
        foreach (var picture in pictures)
        {
            var image = new ProtoWriter().Integer(1, picture.Height).Integer(2, picture.Width).Integer(3, Rgba).Bytes(4, picture.Png);
            summary.Message(1, new ProtoWriter().Text(1, picture.Title).Message(4, image));
        }

        Write(Event(step).Message(5, summary));
    }

    public void Dispose()
    {
        file?.Dispose();
        file = null;
    }

    /// <summary>TensorBoard groups by what stands before a slash: an evaluator's numbers together.</summary>
    private static string Tag(string name) => name.Replace(' ', '/');

    private ProtoWriter Event(long step) =>
        new ProtoWriter().Double(1, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).Integer(2, step);

    private void Write(ProtoWriter message) => Try(() => file?.Write(Record(message.ToArray())));

    /// <summary>Length, its checksum, the bytes, theirs.</summary>
    private static byte[] Record(byte[] data)
    {
        var record = new byte[data.Length + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc.Of(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc.Of(data));
        return record;
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Half a record would hide all after it: nothing more is written.
            Dispose();
            warn($"TensorBoard's event file cannot be written ({e.Message}); training and metrics.jsonl go on without it.");
        }
    }
}
