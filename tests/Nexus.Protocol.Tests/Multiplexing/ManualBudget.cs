using Nexus.Protocol.Multiplexing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>A budget that the test fills.</summary>
internal sealed class ManualBudget(int bytes = 0) : IByteBudget
{
    private readonly Lock _gate = new();
    private int _bytes = bytes;
    private Action? _resume;

    public int Left
    {
        get { lock (_gate) return _bytes; }
    }

    public TaskCompletionSource Refused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int TryTake(int needed, int useful, Action resume)
    {
        lock (_gate)
        {
            Assert.InRange(needed, 1, useful);
            if (_bytes < needed)
            {
                _resume = resume;
                Refused.TrySetResult();
                return 0;
            }

            var taken = Math.Min(useful, _bytes);
            _bytes -= taken;
            return taken;
        }
    }

    public void Return(int unused) => Add(unused);

    public void Add(int bytes)
    {
        Action? resume;
        lock (_gate)
        {
            _bytes += bytes;
            (resume, _resume) = (_resume, null);
        }

        resume?.Invoke();
    }
}
