using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>Either a user's stream, or why it was not taken.</summary>
public readonly record struct Reception
{
    private Reception(IReceivedStream? stream, StatusCode refusal, string word)
    {
        Stream = stream;
        Refusal = refusal;
        Word = word;
    }

    /// <summary>To be run.</summary>
    public IReceivedStream? Stream { get; }

    /// <summary>One of the codes that streams.proto lists for refusals; callers by hand-over get the <see cref="OpenRefusal"/> that it means.</summary>
    public StatusCode Refusal { get; }

    /// <summary>The reason of the refusal, a snake_case word of at most 64 letters; else empty.</summary>
    public string Word { get; }

    /// <summary>Whether somebody has the user.</summary>
    [MemberNotNullWhen(true, nameof(Stream))]
    public bool IsTaken => Stream is not null;

    /// <summary>Somebody has the user.</summary>
    public static Reception Taken(IReceivedStream stream) => new(stream, StatusCode.OK, "");

    /// <summary>Nobody has it: the caller may try another target.</summary>
    /// <param name="refusal">As <see cref="Refusal"/>.</param>
    /// <param name="word">As <see cref="Word"/>.</param>
    public static Reception Refused(StatusCode refusal, string word) => new(null, refusal, word);
}
