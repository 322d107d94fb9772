using Nexus.SystemTests.Golden.Recordings;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>Holds what the client sends for one stream against what the recorded client sent, with a local service that causes it.</summary>
internal sealed class StreamExpectations(ClientReplayState state)
{
    public async Task ExpectAsync(RecordedEvent recorded, RecordedFrame frame, PlayedStream stream)
    {
        switch (frame.Event)
        {
            case "" when frame.IsData:
                if (stream.Local is null || stream.Link.IsCut) return;
                stream.Local.Send(frame.Data);
                await state.UntilInTimeAsync(() => stream.OnLink.ReceivedBytes >= stream.Local.SentBytes || stream.IsEndedByHub || (state.IsStopping && stream.Link.HasEnded), recorded);
                break;
            case "resume_stream" when frame.Credits > 0 && !stream.IsEndedByHub && !stream.IsRefused:
                stream.CreditsExpected += frame.Credits;
                await state.UntilAsync(() => stream.OnLink.Granted >= stream.CreditsExpected, recorded, stream.ToString());
                break;
            case "ping_client":
                stream.PingsExpected++;
                await state.UntilInTimeAsync(() => stream.OnLink.Pings >= stream.PingsExpected, recorded);
                Assert.Equal(stream.PingsExpected, stream.OnLink.Pings);
                break;
            case "disconnect":
                await ExpectDisconnectAsync(recorded, (string?)frame.Control?["reason"] ?? "", stream);
                break;
        }
    }

    private async Task ExpectDisconnectAsync(RecordedEvent recorded, string reason, PlayedStream stream)
    {
        if (stream.IsEndedByHub)
        {
            if (stream.Local is { } local) await state.UntilInTimeAsync(() => local.HasEnded, recorded);
            Assert.Empty(stream.OnLink.Reasons);
            state.Saw(ClientDifference.EndIsNotEchoed);
            return;
        }

        if (stream.IsRefused || state.IsStopping)
        {
            await ExpectRefusalAsync(recorded, reason, stream);
            return;
        }

        if (reason == "timeout")
        {
            // The client's own decision: nothing else makes it.
            await state.UntilInTimeAsync(() => stream.OnLink.Reasons.Count > 0, recorded);
            Assert.Equal(reason, Assert.Single(stream.OnLink.Reasons));
            return;
        }

        if (state.Expects(ClientDifference.BurstIsTaken) && reason is "buffer_full" or "unknown")
        {
            Assert.Empty(stream.OnLink.Reasons);
            state.Saw(ClientDifference.BurstIsTaken);
            return;
        }

        stream.IsEndedByService = true;
        if (stream.Resets) stream.Local?.Reset();
        else if (stream.Local is not null) await stream.Local.FinishAsync();
        await state.UntilInTimeAsync(() => stream.OnLink.Reasons.Count > 0, recorded);
        if (stream.Resets) state.Saw(ClientDifference.ErrorsAreNamed);
        Assert.Equal(stream.Resets ? "local_error" : reason, Assert.Single(stream.OnLink.Reasons));
    }

    private async Task ExpectRefusalAsync(RecordedEvent recorded, string reason, PlayedStream stream)
    {
        if (reason == "unknown")
        {
            Assert.DoesNotContain("unknown", stream.OnLink.Reasons);
            state.Saw(ClientDifference.LateDataIsNoNews);
            return;
        }

        if (state.IsStopping && !stream.IsRefused && reason == "normal")
        {
            stream.IsEndedByService = true;
            if (stream.Local is not null) await stream.Local.FinishAsync();
        }

        await state.UntilInTimeAsync(() => stream.OnLink.Reasons.Count > 0, recorded);
        var ours = Assert.Single(stream.OnLink.Reasons);
        if (state.IsStopping && ours == "shutdown") state.Saw(ClientDifference.StopIsOrderly);
        else Assert.Equal(reason, ours);
    }
}
