using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Text with values that are known only when the application starts.</summary>
public sealed class ReferenceExpression : IValueProvider
{
    private readonly IReadOnlyList<object> _parts;

    private ReferenceExpression(IReadOnlyList<object> parts) => _parts = parts;

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.ToExpression();

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        GetValueAsync(new ValueProviderContext(), cancellationToken);

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
            text.Append(part is IValueProvider provider ? await provider.GetValueAsync(context, cancellationToken) : part);
        return text.ToString();
    }

    [InterpolatedStringHandler]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "The package nests it.")]
    public readonly struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        private readonly List<object> _parts = new(capacity: Math.Min(literalLength, 1) + (2 * formattedCount));

        public void AppendLiteral(string value) => _parts.Add(value);

        public void AppendFormatted(string? value) => _parts.Add(value ?? "");

        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider => _parts.Add(valueProvider);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider
        {
            ArgumentNullException.ThrowIfNull(valueProvider);
            _parts.Add(valueProvider.Resource);
        }

        internal ReferenceExpression ToExpression() => new(_parts);
    }
}
